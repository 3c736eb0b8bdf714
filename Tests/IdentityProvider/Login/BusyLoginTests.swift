import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ServiceKit
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("POST /login under a flood of sign-ins")
struct BusyLoginTests {
    @Test func `a full queue of passwords is a page that says so, and a time to come back`() async throws {
        try await TestProvider.run { provider in
            try await withHasher(PasswordHasher(parameters: .cheap, threadCount: 1, waitingMax: -1)) { full in
                let parts = provider.parts
                let accounts = Accounts(
                    database: parts.database,
                    hasher: full,
                    clock: provider.clock,
                    revocations: parts.revocations
                )
                let login = LoginEndpoint(
                    reader: AuthorizationRequestReader(clients: parts.clients),
                    signIns: SignIns(
                        accounts: accounts,
                        limits: parts.signInLimits,
                        risk: parts.signInRisk
                    ),
                    signOn: BrowserSignOn(accounts: accounts, sessions: parts.sessions),
                    pages: try Pages()
                )
                let router = Router<ServiceContext>.service(.oauth, recordedBy: .test())
                router.get("/login", use: login.show)
                router.post("/login", use: login.submit)
                try await Application(router: router).test(.router) { client in
                    let busy = TestProvider(
                        parts: parts,
                        client: client,
                        clock: provider.clock,
                        template: provider.template,
                        audit: provider.audit
                    )
                    var browser = Browser(busy)
                    let next = FormParameters.encode([("continue", Ask.firstParty.query)])
                    let page = try await browser.get("/login?" + next)
                    let answer = try await browser.typePassword(on: page)
                    #expect(answer.status == 503)
                    #expect(answer.headers[.retryAfter] == "1")
                    #expect(answer.text.contains("Too many people are signing in"))
                }
            }
        }
    }
}
