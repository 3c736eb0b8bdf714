import Testing
import Tokens

@testable import IdentityProvider

@Suite("client_credentials grant, RFC 6749 §4.4")
struct ClientCredentialsGrantTests {
    @Test func `a service's token is its own, bound to its certificate, for five minutes`() async throws {
        try await TestProvider.run(spiffeID: "spiffe://gatehouse.local/orders-api") { provider in
            let answer = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "client_id": "orders-api", "resource": TestProvider.exchange]
            )
            let tokens = try answer.tokens()
            #expect(tokens.lifetimeSeconds == 300 && tokens.refreshToken == nil && tokens.idToken == nil)
            let payload = try provider.payload(tokens.accessToken)
            #expect(payload["sub"]?.string == "orders-api" && payload["client_id"]?.string == "orders-api")
            #expect(payload["aud"]?.string == TestProvider.exchange)
            #expect(payload["cnf"] == ["x5t#S256": .string(CertificateThumbprint(ofDER: [1]).text)])
            #expect(payload["scope"]?.string == "exchange.events:receive")
            #expect(payload["auth_time"] == nil && payload["sid"] == nil)
        }
    }

    @Test func `a client with a secret gets an unbound token with its machine scope`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials"],
                authorization: provider.basic("web")
            )
            let payload = try provider.payload(answer.tokens().accessToken)
            #expect(payload["scope"]?.string == "orders:read" && payload["cnf"] == nil)
        }
    }

    @Test func `with a proof the token is bound to its key, RFC 9449 §5`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let answer = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials"],
                authorization: provider.basic("web"),
                proof: key.proof()
            )
            #expect(answer.json["token_type"] == "DPoP")
            #expect(try provider.payload(answer.tokens().accessToken)["cnf"] == key.confirmation)
        }
    }

    @Test func `a certificate and a proof would be two confirmations`() async throws {
        try await TestProvider.run(spiffeID: "spiffe://gatehouse.local/orders-api") { provider in
            let form: KeyValuePairs = ["grant_type": "client_credentials", "client_id": "orders-api"]
            let both = try await provider.post("/oauth2/token", form, proof: ClientKey(at: provider).proof())
            #expect(both.status == 400 && both.error == "invalid_request")
            let one = try await provider.post("/oauth2/token", form)
            #expect(one.json["token_type"] == "Bearer")
        }
    }

    @Test(arguments: [
        ("orders:read", "", 200, nil), ("orders:write", "", 400, "invalid_scope"),
        ("orders:read orders:write", "", 400, "invalid_scope"),
        ("orders:read", TestProvider.users, 400, "invalid_scope"),
        ("", TestProvider.exchange, 400, "invalid_target"), ("", "https://nowhere.example", 400, "invalid_target"),
    ])
    func `only machine scope, only registered resources`(scope: String, resource: String, status: Int, error: String?)
        async throws
    {
        try await TestProvider.run { provider in
            let answer = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "scope": scope, "resource": resource],
                authorization: provider.basic("web")
            )
            #expect(answer.status == status && answer.error == error)
        }
    }

    @Test func `a token has one audience: two resources are refused`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.post(
                "/oauth2/token",
                ["grant_type": "client_credentials", "resource": TestProvider.orders, "resource": TestProvider.users],
                authorization: provider.basic("web")
            )
            #expect(answer.error == "invalid_target")
        }
    }
}
