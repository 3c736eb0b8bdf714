import Storage
import TestKit
import Testing
import Tokens

@testable import IdentityProvider
@testable import ServiceKit

@Suite("refresh_token grant, RFC 6749 §6 and RFC 9700 §4.14.2")
struct RefreshTokenGrantTests {
    @Test func `a refresh gives a new access token and a successor, each once`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            #expect(second.refreshToken != nil && second.refreshToken != first.refreshToken)
            #expect(second.accessToken != first.accessToken)
            let third = try await provider.refresh(second.refreshToken).tokens()
            #expect(third.refreshToken != second.refreshToken)
            #expect(third.idToken == nil)
        }
    }

    @Test func `within the grace the spent token gets its own successor again`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            provider.clock.advance(bySeconds: 29)
            let again = try await provider.refresh(first.refreshToken).tokens()
            #expect(again.refreshToken == second.refreshToken)
            // And nobody was signed out by it.
            #expect(try await provider.refresh(second.refreshToken).status == 200)
        }
    }

    @Test func `after the grace the spent token ends every session of its user`() async throws {
        try await TestProvider.run { provider in
            let elsewhere = try await provider.logIn()
            let bystander = try await provider.logIn("ada")
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            provider.clock.advance(bySeconds: 30)
            let replay = try await provider.refresh(first.refreshToken)
            #expect(replay.status == 400 && replay.error == "invalid_grant")
            #expect(try await provider.refresh(second.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(elsewhere.refreshToken).error == "invalid_grant")
            #expect(try await !provider.isActive(elsewhere.accessToken))
            #expect(try await provider.refresh(bystander.refreshToken).status == 200)
        }
    }

    @Test func `a successor that nobody was given, because it could not be recorded, waits for its owner`() async throws
    {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            for _ in 0..<2 {
                provider.audit.loseDisk(isNoticed: false)
                #expect(try await provider.refresh(first.refreshToken).status == 503)
            }
            provider.clock.advance(bySeconds: 3_600)
            provider.audit.findDisk()
            let second = try await provider.refresh(first.refreshToken).tokens()
            // From here on the grace is the usual one.
            provider.clock.advance(bySeconds: 29)
            let again = try await provider.refresh(first.refreshToken).tokens()
            #expect(again.refreshToken == second.refreshToken)
            provider.clock.advance(bySeconds: 1)
            #expect(try await provider.refresh(first.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(second.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `once the successor is used, its predecessor is reuse, also within the grace`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            let third = try await provider.refresh(second.refreshToken).tokens()
            #expect(try await provider.refresh(first.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(third.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `set to family, reuse leaves the user's other sign-ins alone`() async throws {
        try await TestProvider.run(settings: ["refresh.reuseRevokes": "family"]) { provider in
            let elsewhere = try await provider.logIn()
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            provider.clock.advance(bySeconds: 31)
            #expect(try await provider.refresh(first.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(second.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(elsewhere.refreshToken).status == 200)
        }
    }

    @Test(arguments: [("resource", "https://unknown.example"), ("scope", "orders:admin unknown")])
    func `a spent token is reuse whatever comes with it; a good one is not spent by that`(name: String, value: String)
        async throws
    {
        try await TestProvider.run { provider in
            func ask(_ token: Credential?) async throws -> Answer {
                let token = token?.exposed ?? ""
                return try await provider.post(
                    "/oauth2/token",
                    [
                        "grant_type": "refresh_token", "client_id": "gatehouse-demo", "refresh_token": token,
                        name: value,
                    ]
                )
            }
            let first = try await provider.logIn()
            #expect(try await ask(first.refreshToken).status == 400)
            let second = try await provider.refresh(first.refreshToken).tokens()
            provider.clock.advance(bySeconds: 31)
            #expect(try await ask(first.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(second.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `a hundred tabs at once share one successor`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let successors = try await withThrowingTaskGroup(of: Credential?.self) { group in
                for _ in 0..<100 {
                    group.addTask { try await provider.refresh(first.refreshToken).tokens().refreshToken }
                }
                return try await group.reduce(into: Set<Credential?>()) { $0.insert($1) }
            }
            #expect(successors.count == 1)
            let successor = try #require(successors.first)
            #expect(try await provider.refresh(successor).status == 200)
        }
    }

    @Test func `another client's token is refused, and stays good for its own`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            #expect(try await provider.refresh(first.refreshToken, client: "other-app").error == "invalid_grant")
            #expect(try await provider.refresh(first.refreshToken).status == 200)
        }
    }

    @Test func `an unknown token is refused`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.refresh(.random())
            #expect(answer.error == "invalid_grant")
        }
    }

    @Test(arguments: [
        ("orders:read", 200, "orders:read"), ("orders:read orders:write", 200, "orders:read orders:write"),
        ("orders:read profile:read", 400, nil), ("orders:admin", 400, nil),
    ])
    func `scope may narrow and never widen`(scope: String, status: Int, granted: String?) async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn(scope: "orders:read orders:write")
            let answer = try await provider.post(
                "/oauth2/token",
                [
                    "grant_type": "refresh_token", "client_id": "gatehouse-demo",
                    "refresh_token": first.refreshToken?.exposed ?? "", "scope": scope,
                ]
            )
            #expect(answer.status == status)
            #expect(answer.json["scope"]?.string == granted)
            #expect(answer.error == (granted == nil ? "invalid_scope" : nil))
            // A refusal spends nothing.
            if granted == nil {
                let retry = try await provider.refresh(first.refreshToken)
                #expect(retry.status == 200)
            }
        }
    }

    @Test(arguments: [
        (TestProvider.users, 200, "profile:read profile:write"), (TestProvider.exchange, 400, nil),
        ("https://nowhere.example", 400, nil),
    ])
    func `resource chooses the audience among those granted`(resource: String, status: Int, scope: String?) async throws
    {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let answer = try await provider.post(
                "/oauth2/token",
                [
                    "grant_type": "refresh_token", "client_id": "gatehouse-demo",
                    "refresh_token": first.refreshToken?.exposed ?? "", "resource": resource,
                ]
            )
            #expect(answer.status == status)
            #expect(answer.json["scope"]?.string == scope)
            #expect(answer.error == (scope == nil ? "invalid_target" : nil))
            guard scope != nil else { return }
            let payload = try provider.payload(answer.tokens().accessToken)
            #expect(payload["aud"]?.string == resource)
        }
    }

    @Test func `a token lives thirty days from its last use, and no longer`() async throws {
        try await TestProvider.run { provider in
            let (kept, idle) = (try await provider.logIn(), try await provider.logIn())
            provider.clock.advance(bySeconds: 30 * 86_400 - 1)
            let second = try await provider.refresh(kept.refreshToken).tokens()
            provider.clock.advance(bySeconds: 1)
            #expect(try await provider.refresh(idle.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(second.refreshToken).status == 200)
        }
    }

    @Test func `a family ends after ninety days, however often it was refreshed`() async throws {
        try await TestProvider.run { provider in
            var tokens = try await provider.logIn()
            for _ in 0..<3 {
                provider.clock.advance(bySeconds: 30 * 86_400 - 100)
                tokens = try await provider.refresh(tokens.refreshToken).tokens()
            }
            provider.clock.advance(bySeconds: 295)
            // Five seconds are left of the family, and so of the token that it still gives.
            tokens = try await provider.refresh(tokens.refreshToken).tokens()
            #expect(tokens.lifetimeSeconds == 5)
            provider.clock.advance(bySeconds: 5)
            #expect(try await provider.refresh(tokens.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `a role taken away is gone at the next refresh`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn("ada")
            #expect(first.scope.contains("orders:admin"))
            let id = try provider.account("ada").id
            try await provider.parts.database.transaction { connection in
                try connection.run("UPDATE accounts SET roles = $1 WHERE id = $2", ["", id])
            }
            let second = try await provider.refresh(first.refreshToken).tokens()
            #expect(second.scope == ["orders:read", "orders:write"])
        }
    }

    @Test(arguments: [
        ("scope", "orders:read orders:write", TestProvider.orders, "orders:read orders:write"),
        ("scope", "orders:read", TestProvider.orders, "orders:read"),
        ("scope", "profile:read", TestProvider.orders, nil), ("resources", "issuer", TestProvider.orders, nil),
    ])
    func `what is taken out of the client's registration is gone at the next refresh`(
        member: String,
        left: String,
        resource: String,
        granted: String?
    ) async throws {
        try await TestProvider.run { provider in
            let token = try #require(try await provider.logIn().refreshToken)
            var document = try #require(try await provider.parts.clients.find("gatehouse-demo")).registration
            document[member] = member == "scope" ? .string(left) : [.string(left)]
            let client = try Client(reading: document, registry: provider.parts.registry)
            var scope: String?
            do {
                let answer = try await provider.parts.refreshTokens.refresh(
                    token,
                    by: client,
                    from: .unknown,
                    scope: nil,
                    resources: [resource],
                    logger: provider.parts.runtime.logger,
                    decision: .unheard()
                )
                scope = answer.response.scope.text
            } catch Refusal.scopeNotAllowed, Refusal.audienceNotAllowed {}
            #expect(scope == granted)
        }
    }

    @Test func `a disabled account gets no more tokens`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            try await provider.parts.accounts.disable(username: "alice", decision: .unheard())
            #expect(try await provider.refresh(first.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `a successor cannot be computed from its predecessor without the server's key`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let token = try #require(first.refreshToken)
            let second = try await provider.refresh(token).tokens()
            #expect(second.refreshToken?.exposed != Base64URL.encode(token.digest))
            #expect(second.refreshToken?.exposed.utf8.count == 43)
        }
    }
}
