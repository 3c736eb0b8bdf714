import HTTPTypes
import Storage
import Testing
import Tokens

@testable import IdentityProvider

@Suite("JSON login of first-party clients")
struct FirstPartyEndpointTests {
    private func body(
        client: String = "gatehouse-demo",
        username: String = "alice",
        password: String = TestProvider.password.exposed
    ) -> JSONObject {
        ["client_id": .string(client), "username": .string(username), "password": .string(password)]
    }

    @Test func `a sign-in gives a token for the default audience with every scope it has`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.post("/auth/login", json: body())
            #expect(answer.headers[.cacheControl] == "no-store")
            let tokens = try answer.tokens()
            #expect(tokens.refreshToken != nil && tokens.idToken != nil && tokens.lifetimeSeconds == 600)
            let payload = try provider.payload(tokens.accessToken)
            #expect(payload["iss"]?.string == TestProvider.issuer && payload["aud"]?.string == TestProvider.orders)
            // Alice is no administrator: orders:admin is registered for the client, and not hers.
            #expect(payload["scope"]?.string == "orders:read orders:write")
            #expect(
                payload["auth_time"]?.integer == TestProvider.epoch && payload["act"] == nil && payload["cnf"] == nil
            )
        }
    }

    @Test func `an administrator gets the scope of the role`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn("ada")
            #expect(tokens.scope == ["orders:admin", "orders:read", "orders:write"])
        }
    }

    @Test func `scope and resource narrow the first token and the whole family`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(scope: "profile:read orders:read", resource: TestProvider.users)
            #expect(tokens.scope == ["profile:read"] && tokens.idToken == nil)
            let next = try await provider.post(
                "/auth/refresh",
                json: [
                    "client_id": "gatehouse-demo", "refresh_token": .string(tokens.refreshToken?.exposed ?? ""),
                    "resource": .string(TestProvider.orders),
                ]
            )
            #expect(try next.tokens().scope == ["orders:read"])
        }
    }

    @Test func `an unknown user and a wrong password get one answer, after the same work`() async throws {
        try await TestProvider.run { provider in
            let hasher = provider.parts.hasher
            let start = hasher.workCount
            let wrong = try await provider.post("/auth/login", json: body(password: "incorrect horse"))
            let workOfWrong = hasher.workCount - start
            let unknown = try await provider.post("/auth/login", json: body(username: "mallory"))
            #expect(wrong.status == 400 && wrong.text == #"{"error":"invalid_grant"}"#)
            #expect(unknown.status == wrong.status && unknown.text == wrong.text)
            #expect(hasher.workCount - start - workOfWrong == workOfWrong)
        }
    }

    @Test func `a disabled account does not sign in`() async throws {
        try await TestProvider.run { provider in
            try await provider.parts.accounts.disable(username: "alice", decision: .unheard())
            let answer = try await provider.post("/auth/login", json: body())
            #expect(answer.text == #"{"error":"invalid_grant"}"#)
        }
    }

    @Test func `no family begins in a session that was ended meanwhile`() async throws {
        try await TestProvider.run { provider in
            let session = try await provider.parts.sessions.begin(for: provider.account("alice"), decision: .unheard())
            let grant = AuthorizationGrant(
                clientID: "gatehouse-demo",
                accountID: session.accountID,
                sessionID: session.sid,
                scope: ["orders:read"],
                resources: [TestProvider.orders],
                authenticatedAt: session.authenticatedAt
            )
            let client = try #require(try await provider.parts.clients.find("gatehouse-demo"))
            let begin = { @Sendable () async throws -> StartedFamily in
                try await provider.parts.families.start(grant, for: client, from: .unknown, withRefreshToken: true) {
                    try provider.parts.issuing.terms(of: grant, requested: [], on: $0)
                }.0
            }
            #expect(try await provider.refresh(begin().refreshToken).status == 200)
            try await provider.parts.sessions.end(sid: session.sid, decision: .unheard())
            await #expect(throws: Refusal.sessionEnded) { try await begin() }
        }
    }

    @Test(arguments: [
        ("web", 400, "unauthorized_client"), ("other-app", 400, "unauthorized_client"),
        ("orders-api", 400, "unauthorized_client"), ("nobody", 401, "invalid_client"),
    ])
    func `nobody else's client may see a password`(client: String, status: Int, error: String) async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.post("/auth/login", json: body(client: client))
            #expect(answer.status == status && answer.error == error)
        }
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded", "client_id=gatehouse-demo", 415), ("text/plain", "{}", 415),
        ("application/json", "{", 400), ("application/json", "[]", 400), ("application/json", "{}", 400),
        ("application/json", #"{"client_id":"gatehouse-demo","username":"alice"}"#, 400),
        ("application/json", #"{"client_id":"gatehouse-demo","username":"alice","password":1}"#, 400),
        ("application/json", #"{"client_id":"gatehouse-demo","username":"a\u0000","password":"12345678"}"#, 400),
        ("application/json", #"{"client_id":"gatehouse-demo","client_id":"web"}"#, 400),
        ("application/json", #"{"client_id":"gatehouse-demo","username":"alice","password":"x","otp":"1"}"#, 400),
    ])
    func `another body is refused`(type: String, body: String, status: Int) async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.send(.post, "/auth/login", headers: [.contentType: type], body: body)
            #expect(answer.status == status)
            #expect(answer.error != nil && !answer.text.contains("alice"))
        }
    }

    @Test(
        arguments: [
            ("orders:read nonsense", nil, "invalid_scope"), ("a\u{22}b", nil, "invalid_scope"),
            (nil, TestProvider.exchange, "invalid_target"), ("openid", TestProvider.orders, "invalid_scope"),
        ] as [(String?, String?, String)]
    )
    func `a wish beyond the registration is refused before a session begins`(
        scope: String?,
        resource: String?,
        error: String
    ) async throws {
        try await TestProvider.run { provider in
            var document = body()
            document["scope"] = scope.map { .string($0) }
            document["resource"] = resource.map { .string($0) }
            let answer = try await provider.post("/auth/login", json: document)
            #expect(answer.status == 400 && answer.error == error)
            let sessions = try await provider.parts.database.read { connection in
                try connection.query("SELECT COUNT(*) AS rows FROM sign_on_sessions").first?.integer("rows")
            }
            #expect(sessions == 0)
        }
    }

    @Test func `a refresh is the token endpoint's, graced and reused alike`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let body: JSONObject = [
                "client_id": "gatehouse-demo", "refresh_token": .string(first.refreshToken?.exposed ?? ""),
            ]
            let second = try await provider.post("/auth/refresh", json: body).tokens()
            let again = try await provider.refresh(first.refreshToken).tokens()
            #expect(again.refreshToken == second.refreshToken)
            provider.clock.advance(bySeconds: 30)
            #expect(try await provider.post("/auth/refresh", json: body).error == "invalid_grant")
            #expect(try await provider.refresh(second.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `signing out ends this session and no other`() async throws {
        try await TestProvider.run { provider in
            let (here, there) = (try await provider.logIn(), try await provider.logIn())
            let answer = try await provider.post(
                "/auth/logout",
                json: ["client_id": "gatehouse-demo", "refresh_token": .string(here.refreshToken?.exposed ?? "")]
            )
            #expect(answer.status == 204 && answer.text.isEmpty)
            #expect(try await provider.refresh(here.refreshToken).error == "invalid_grant")
            #expect(try await !provider.isActive(here.accessToken))
            #expect(try await provider.isActive(there.accessToken))
            #expect(try await provider.refresh(there.refreshToken).status == 200)
        }
    }

    @Test func `signing out with an unknown token is no error`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.post(
                "/auth/logout",
                json: ["client_id": "gatehouse-demo", "refresh_token": "unknown"]
            )
            #expect(answer.status == 204)
        }
    }
}
