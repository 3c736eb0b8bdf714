import HTTPTypes
import IssuerKit
import TestKit
import Testing
import Tokens
import TokensHummingbird

@testable import IdentityProvider

@Suite("UserInfo, OpenID Connect Core §5.3")
struct UserInfoTests {
    @Test(arguments: [
        ("openid", ["sub"]), ("openid profile", ["sub", "name", "preferred_username"]),
        ("openid email", ["sub", "email"]),
    ])
    func `a client learns what its scope says`(scope: String, members: [String]) async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(scope: scope, resource: TestProvider.issuer)
            let answer = try await provider.get("/oauth2/userinfo", bearer: tokens.accessToken)
            #expect(answer.status == 200)
            #expect(answer.json.members.map(\.name) == members)
            #expect(answer.json["sub"]?.string == (try provider.account("alice").id))
        }
    }

    @Test func `POST works as GET does`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(scope: "openid email", resource: TestProvider.issuer)
            let answer = try await provider.send(
                .post,
                "/oauth2/userinfo",
                headers: [.authorization: "Bearer \(tokens.accessToken.exposed)"]
            )
            #expect(answer.json["email"] == "alice@example.com")
        }
    }

    @Test func `a token for an API, an ID token, none at all: 401 with a challenge`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            for token in [tokens.accessToken, tokens.idToken] {
                let answer = try await provider.get("/oauth2/userinfo", bearer: token)
                #expect(answer.status == 401)
                #expect(answer.headers[.wwwAuthenticate] == #"Bearer error="invalid_token""#)
            }
            let bare = try await provider.get("/oauth2/userinfo")
            #expect(bare.status == 401 && bare.headers[.wwwAuthenticate] == "Bearer")
        }
    }

    @Test func `without openid it is 403`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(scope: "email", resource: TestProvider.issuer)
            let answer = try await provider.get("/oauth2/userinfo", bearer: tokens.accessToken)
            #expect(answer.status == 403)
            #expect(answer.headers[.wwwAuthenticate] == #"Bearer error="insufficient_scope""#)
        }
    }

    @Test(arguments: BoundRequest.allCases)
    func `a token that is bound to a key opens it with a proof for it, RFC 9449 §7.1`(request: BoundRequest)
        async throws
    {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(scope: "openid", resource: TestProvider.issuer)
            let url = "\(TestProvider.issuer)/oauth2/userinfo"
            let (authorization, proofs) = try request.fields("GET", url, clock: provider.clock) { confirmation in
                var payload = try provider.payload(tokens.accessToken)
                payload["cnf"] = confirmation?.json
                let key = try provider.parts.ring.signingKey(.es256)
                let header: JSONObject = ["alg": "ES256", "kid": .string(key.keyID), "typ": "at+jwt"]
                return try TestIssuer().forge(header: header, payload: payload, signedBy: .key(key))
            }
            var headers: HTTPFields = [.authorization: authorization]
            headers[values: .dpop] = proofs
            let answer = try await provider.send(.get, "/oauth2/userinfo", headers: headers)
            #expect(answer.status == (request == .sound ? 200 : 401))
            #expect(answer.headers[.wwwAuthenticate] == (request == .sound ? nil : request.challenge))
        }
    }

    @Test func `after signing out it is 401 at once`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn(scope: "openid", resource: TestProvider.issuer)
            _ = try await provider.parts.accounts.signOut(username: "alice", decision: .unheard())
            let answer = try await provider.get("/oauth2/userinfo", bearer: tokens.accessToken)
            #expect(answer.status == 401)
        }
    }
}
