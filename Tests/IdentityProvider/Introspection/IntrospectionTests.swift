import Storage
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Introspection, RFC 7662 §2")
struct IntrospectionTests {
    private static let inactive = #"{"active":false}"#

    private func introspect(_ token: Credential?, as client: String = "auditor", at provider: TestProvider) async throws
        -> Answer
    {
        try await provider.post(
            "/oauth2/introspect",
            ["token": token?.exposed ?? ""],
            authorization: provider.basic(client)
        )
    }

    @Test func `an API is told what a token for it says`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let answer = try await introspect(tokens.accessToken, at: provider)
            #expect(answer.json["active"] == true && answer.json["token_type"] == "Bearer")
            let payload = try provider.payload(tokens.accessToken)
            for name in ["iss", "sub", "aud", "client_id", "scope", "exp", "iat", "jti", "sid", "auth_time"] {
                #expect(answer.json[name] != nil && answer.json[name] == payload[name], "\(name)")
            }
        }
    }

    @Test func `an API is told the roles of this moment, and the app that holds the token is not`() async throws {
        try await TestProvider.run { provider in
            #expect(try await introspect(provider.logIn("ada").accessToken, at: provider).json["roles"] == ["admin"])
            let tokens = try await provider.redeem(provider.issueCode()).tokens()
            #expect(try await introspect(tokens.accessToken, at: provider).json["roles"] == [])
            #expect(try await introspect(tokens.accessToken, as: "web", at: provider).json["roles"] == nil)
            try await provider.parts.accounts.setRoles(["admin"], username: "alice", decision: .unheard())
            // The token of before is dead; the next one has the same scope, and another truth behind it.
            #expect(try await introspect(tokens.accessToken, at: provider).text == Self.inactive)
            provider.clock.advance(bySeconds: 1)
            let next = try await provider.post(
                "/oauth2/token",
                ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.exposed ?? ""],
                authorization: provider.basic("web")
            ).tokens()
            #expect(next.scope == tokens.scope)
            #expect(try await introspect(next.accessToken, at: provider).json["roles"] == ["admin"])
        }
    }

    @Test func `a token for another audience is none of its business`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(resource: TestProvider.users)
            #expect(try await introspect(tokens.accessToken, at: provider).text == Self.inactive)
        }
    }

    @Test func `a client may ask about its own tokens, of both kinds, and nobody about its refresh tokens`()
        async throws
    {
        try await TestProvider.run { provider in
            let tokens = try await provider.redeem(provider.issueCode()).tokens()
            #expect(try await introspect(tokens.accessToken, as: "web", at: provider).json["active"] == true)
            let refresh = try await introspect(tokens.refreshToken, as: "web", at: provider)
            #expect(refresh.json["active"] == true && refresh.json["client_id"] == "web")
            #expect(refresh.json["exp"]?.integer == TestProvider.epoch + 30 * 86_400)
            #expect(try await introspect(tokens.refreshToken, at: provider).text == Self.inactive)
            let strangers = try await provider.logIn()
            #expect(try await introspect(strangers.accessToken, as: "web", at: provider).text == Self.inactive)
        }
    }

    @Test(arguments: [(599, true), (600, false)])
    func `a token is active until exp and not a second longer`(seconds: Int64, isActive: Bool) async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            provider.clock.advance(bySeconds: seconds)
            #expect(try await provider.isActive(tokens.accessToken) == isActive)
        }
    }

    @Test func `ID tokens, changed tokens and nonsense are inactive`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            #expect(try await introspect(tokens.idToken, at: provider).text == Self.inactive)
            let parts = tokens.accessToken.exposed.split(separator: ".")
            let other = try await provider.logIn("ada").accessToken.exposed.split(separator: ".")
            let mixed = Credential("\(parts[0]).\(other[1]).\(parts[2])")
            #expect(try await introspect(mixed, at: provider).text == Self.inactive)
            for text in ["x", "a.b.c", "..", "e30.e30.", String(repeating: "a", count: 9_000)] {
                let answer = try await introspect(Credential(text), at: provider)
                #expect(answer.text == Self.inactive)
            }
        }
    }

    @Test func `a spent or revoked refresh token is inactive`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.redeem(provider.issueCode()).tokens()
            let next = try await provider.post(
                "/oauth2/token",
                ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.exposed ?? ""],
                authorization: provider.basic("web")
            ).tokens()
            #expect(try await introspect(tokens.refreshToken, as: "web", at: provider).text == Self.inactive)
            #expect(try await introspect(next.refreshToken, as: "web", at: provider).json["active"] == true)
            _ = try await provider.parts.accounts.signOut(username: "alice", decision: .unheard())
            #expect(try await introspect(next.refreshToken, as: "web", at: provider).text == Self.inactive)
        }
    }

    @Test func `ended session, disabled account: what was active is active no more`() async throws {
        try await TestProvider.run { provider in
            let (alice, ada) = (try await provider.logIn(), try await provider.logIn("ada"))
            #expect(try await provider.isActive(alice.accessToken))
            _ = try await provider.parts.accounts.signOut(username: "alice", decision: .unheard())
            #expect(try await !provider.isActive(alice.accessToken))
            #expect(try await provider.isActive(ada.accessToken))
            try await provider.parts.accounts.disable(username: "ada", decision: .unheard())
            #expect(try await !provider.isActive(ada.accessToken))
        }
    }

    @Test func `the end of a session alone is enough`() async throws {
        try await TestProvider.run { provider in
            let (here, there) = (try await provider.logIn(), try await provider.logIn())
            try await provider.parts.sessions.end(
                sid: #require(provider.payload(here.accessToken)["sid"]?.string),
                decision: .unheard()
            )
            #expect(try await !provider.isActive(here.accessToken))
            #expect(try await provider.isActive(there.accessToken))
        }
    }

    @Test func `a service token comes with the certificate it is bound to, RFC 8705 §3.2`() async throws {
        try await TestProvider.run(spiffeID: "spiffe://gatehouse.local/orders-api") { provider in
            let tokens = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "client_id": "orders-api"]
            ).tokens()
            let answer = try await introspect(tokens.accessToken, at: provider)
            #expect(answer.json["active"] == true && answer.json["sub"] == "orders-api")
            #expect(answer.json["cnf"] == ["x5t#S256": .string(CertificateThumbprint(ofDER: [1]).text)])
        }
    }

    @Test func `a bound token comes with its key and its type, RFC 9449 §6.2`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let tokens = try await provider.logIn(proof: key.proof(for: "/auth/login"))
            let answer = try await introspect(tokens.accessToken, at: provider)
            #expect(answer.json["active"] == true && answer.json["token_type"] == "DPoP")
            #expect(answer.json["cnf"] == key.confirmation)
        }
    }

    @Test func `public clients and strangers are refused`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let form: KeyValuePairs = ["client_id": "gatehouse-demo", "token": tokens.accessToken.exposed]
            let publicClient = try await provider.post("/oauth2/introspect", form)
            #expect(publicClient.status == 401 && publicClient.error == "invalid_client")
            let nobody = try await provider.post("/oauth2/introspect", ["token": tokens.accessToken.exposed])
            #expect(nobody.status == 401)
            let wrong = try await provider.post(
                "/oauth2/introspect",
                ["token": tokens.accessToken.exposed],
                authorization: provider.basic("auditor", .random())
            )
            #expect(wrong.status == 401)
        }
    }

    @Test func `a token is required`() async throws {
        try await TestProvider.run { provider in
            let answer = try await introspect(nil, at: provider)
            #expect(answer.status == 400 && answer.error == "invalid_request")
        }
    }
}
