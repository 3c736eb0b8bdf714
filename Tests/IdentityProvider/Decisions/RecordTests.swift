import Audit
import HTTPTypes
import IssuerKit
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Every way in and out of the provider leaves one record")
struct RecordTests {
    @Test(arguments: Way.all)
    func `it says what was decided, about whom, and which tokens came in and out`(way: Way) async throws {
        try await TestProvider.run(spiffeID: way.spiffeID) { provider in
            let send = try await way.arrange(provider)
            try await expect(way, send(), provider)
        }
    }

    /// The same request afterwards finds everything as it was: the code is good, the refresh token unspent, the key in use.
    @Test(arguments: Way.all.filter(\.event.isDurable))
    func `what cannot be written down is answered 503, and does not happen`(way: Way) async throws {
        try await TestProvider.run(spiffeID: way.spiffeID) { provider in
            let send = try await way.arrange(provider)
            let revoked = try await provider.told()
            provider.audit.loseDisk()
            let unavailable = try await send()
            #expect(unavailable.status == 503 && unavailable.headers[.retryAfter] == "1")
            #expect(try await provider.told() == revoked)
            provider.audit.findDisk()
            try await expect(way, send(), provider)
        }
    }

    private func expect(_ way: Way, _ answer: Answer, _ provider: TestProvider) async throws {
        let record = try await way.requireRecord(of: answer, at: provider)
        let issued = try answer.issued()
        #expect(record.issued.map(\.kind) == issued.map(\.0))
        #expect(record.issued.map(\.tokenID) == issued.map(\.id))
        #expect(try await record.revoked == provider.told(by: record.trace.transactionID))
        let text = provider.audit.records.map { "\($0)" + JSONWriter.text($0.document) }.joined()
        for credential in provider.wire.credentials { #expect(!text.contains(credential)) }
    }

    // What is in a record of tokens.

    @Test func `an access token is named as it names itself, with the key that signed it`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.redeem(provider.issueCode(), resource: TestProvider.orders).tokens()
            let record = try #require(provider.audit.records.last)
            var token = try #require(AuditToken(unverified: .access, tokens.accessToken))
            token.isVerified = true
            #expect(record.issued.first == token)
            #expect(token.keyID == (try provider.parts.ring.signingKey(.es256).keyID))
            #expect(record.asked == AuditRecord.Asked(audience: TestProvider.orders))
            #expect(record.details == ["grant": "authorization_code"])
        }
    }

    @Test func `what a token is bound to is written down`() async throws {
        try await TestProvider.run(spiffeID: "spiffe://gatehouse.local/orders-api") { provider in
            let key = try ClientKey(at: provider)
            _ = try await provider.logIn(proof: key.proof(for: "/auth/login"))
            #expect(provider.audit.records.last?.details["jkt"] == key.thumbprint.text)
            let form: KeyValuePairs = ["grant_type": "client_credentials", "client_id": "orders-api"]
            _ = try await provider.post("/oauth2/token", form).tokens()
            let record = try #require(provider.audit.records.last)
            #expect(record.details["x5t#S256"] == record.peer.certificate && record.peer.certificate != nil)
            #expect(record.peer.name == "spiffe://gatehouse.local/orders-api")
        }
    }

    @Test func `reuse is denied, and the same record says what it has ended`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let second = try await provider.refresh(first.refreshToken).tokens()
            _ = try await provider.refresh(second.refreshToken)
            _ = try await provider.refresh(first.refreshToken)
            let record = try #require(provider.audit.records.last)
            #expect(record.revoked == [.subject(try provider.account("alice").id)] && record.isDurable)
        }
    }

    @Test func `a name that was typed is not written down: it may be the password, in the wrong field`() async throws {
        try await TestProvider.run { provider in
            let body: JSONObject = ["client_id": "gatehouse-demo", "username": "hunter2hunter2", "password": "x"]
            _ = try await provider.post("/auth/login", json: body)
            let record = try #require(provider.audit.records.last)
            #expect(record.reason == .refusal(.credentialsWrong))
            #expect(!String(describing: record).contains("hunter2"))
        }
    }

    @Test(arguments: ["gatehouse-demo", "s3cr3t-in-the-wrong-field"])
    func `a client id is written down when it is one: else it may be the secret, in the wrong field`(id: String)
        async throws
    {
        try await TestProvider.run { provider in
            let isClient = try await provider.parts.clients.find(id) != nil
            let form: KeyValuePairs = ["grant_type": "refresh_token", "client_id": id, "refresh_token": "x"]
            let posted: KeyValuePairs = ["grant_type": "refresh_token", "client_id": id, "client_secret": "x"]
            for send in [
                { try await provider.post("/oauth2/token", form) },
                { try await provider.post("/oauth2/token", posted) },
                { try await provider.post("/oauth2/token", form, authorization: provider.basic(id, .random())) },
                { try await provider.get("/oauth2/authorize?client_id=\(id)") },
                { try await provider.post("/auth/logout", json: ["client_id": .string(id), "refresh_token": "x"]) },
                { try await provider.operate("revocations", ["client_id": .string(id)]) },
                { try await provider.operate("clients/\(id)/rotate-secret", [:]) },
                { try await provider.operate("clients", ["client_id": .string(id), "color": "red"]) },
            ] as [Way.Send] {
                let record = try await provider.audit.onlyRecord { _ = try await send() }
                let names = record?.reason == .refusal(.bodyMalformed) ? nil : id
                #expect(record?.clientID == (isClient ? names : nil))
                #expect(isClient || !String(describing: record).contains(id))
            }
        }
    }

    @Test func `a page that is refused is about what it was for`() async throws {
        try await TestProvider.run { provider in
            for (path, event) in [("/login", AuditEvent.signIn), ("/consent", .consent)] {
                let record = try await provider.audit.onlyRecord { _ = try await provider.get(path) }
                #expect(record?.event == event && record?.reason == .refusal(.parameterMissing))
            }
        }
    }

    @Test func `pages and keys that were read are no decisions`() async throws {
        try await TestProvider.run { provider in
            let count = provider.audit.records.count
            var browser = Browser(provider)
            let pages = ["/login?" + FormParameters.encode([("continue", Ask.accepted.query)]), "/logout"]
            for path in pages + ["/oauth2/jwks.json", "/.well-known/openid-configuration"] {
                let page = try await browser.get(path)
                #expect(page.status == 200)
            }
            #expect(provider.audit.records.count == count)
        }
    }
}

extension TestProvider {
    /// What verifiers were told of one request.
    fileprivate func told(by transactionID: String) async throws -> [RevocationTarget] {
        let events = try await (told(), toldTransactionIDs())
        return zip(events.0, events.1).filter { $0.1 == transactionID }.map(\.0.target)
    }
}
