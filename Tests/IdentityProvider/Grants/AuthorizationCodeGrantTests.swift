import HTTPTypes
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("authorization_code grant, RFC 6749 §4.1.3 and RFC 7636 §4.6")
struct AuthorizationCodeGrantTests {
    @Test func `a code brings access, refresh and ID token`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            let answer = try await provider.redeem(issued)
            #expect(answer.headers[.cacheControl] == "no-store")
            let tokens = try answer.tokens()
            #expect(tokens.lifetimeSeconds == 600 && tokens.refreshToken != nil)
            let access = try provider.payload(tokens.accessToken)
            #expect(access["aud"]?.string == TestProvider.orders)
            #expect(access["scope"]?.string == "orders:read")
            #expect(access["client_id"]?.string == "web")
            #expect(access["sid"]?.string == issued.sessionID)
            #expect(access["sub"]?.string == (try provider.account("alice").id))
            let id = try provider.payload(#require(tokens.idToken))
            #expect(id["nonce"]?.string == "n-0S6_WzA2Mj" && id["aud"]?.string == "web")
            #expect(id["auth_time"]?.integer == TestProvider.epoch && id["sid"]?.string == issued.sessionID)
        }
    }

    @Test func `a code whose redemption could not be recorded is good once more, and spent then`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            provider.audit.loseDisk(isNoticed: false)
            #expect(try await provider.redeem(issued).status == 503)
            provider.audit.findDisk()
            let tokens = try await provider.redeem(issued).tokens()
            #expect(tokens.refreshToken != nil)
            #expect(try await provider.redeem(issued).error == "invalid_grant")
        }
    }

    @Test func `the ID token is signed as the client registered`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.redeem(provider.issueCode()).tokens()
            let header = try UnverifiedToken.decodeWithoutVerifying(#require(tokens.idToken)).header
            #expect(header["alg"]?.string == "RS256")
            let demo = try await provider.logIn()
            let demoHeader = try UnverifiedToken.decodeWithoutVerifying(#require(demo.idToken)).header
            #expect(demoHeader["alg"]?.string == "ES256")
        }
    }

    @Test func `without openid there is no ID token, without offline_access no refresh token`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.redeem(provider.issueCode(scope: ["orders:read"])).tokens()
            #expect(tokens.idToken == nil && tokens.refreshToken == nil)
        }
    }

    @Test func `a sign-in alone gives a token for userinfo`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.redeem(provider.issueCode(scope: ["openid", "email"])).tokens()
            let payload = try provider.payload(tokens.accessToken)
            #expect(payload["aud"]?.string == TestProvider.issuer)
        }
    }

    @Test(
        arguments: [
            ("https://shop.example/callback/", nil, "invalid_grant"),
            ("https://shop.example/callback?x=1", nil, "invalid_grant"),
            (nil, "A25iVXpKU3puUjFaYWg3T1NDTDQtcW1ROUY5YXlwalNoc0hhakxifmZHag", "invalid_grant"),
            (nil, "too-short", "invalid_request"), ("", nil, "invalid_request"), (nil, "", "invalid_request"),
        ] as [(String?, String?, String)]
    )
    func `a wrong redirect URI or verifier is refused, and the code stays whole`(
        redirectURI: String?,
        verifier: String?,
        error: String
    ) async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            let refused = try await provider.redeem(
                issued,
                redirectURI: redirectURI ?? IssuedCode.redirectURI,
                verifier: verifier ?? IssuedCode.verifier.exposed
            )
            #expect(refused.status == 400 && refused.error == error)
            let accepted = try await provider.redeem(issued)
            #expect(accepted.status == 200)
        }
    }

    @Test(arguments: [(59, 200), (60, 400)])
    func `a code is good for a minute`(seconds: Int64, status: Int) async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            provider.clock.advance(bySeconds: seconds)
            let answer = try await provider.redeem(issued)
            #expect(answer.status == status)
        }
    }

    @Test func `a code is good once; its second coming revokes what the first brought`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            let tokens = try await provider.redeem(issued).tokens()
            #expect(try await provider.isActive(tokens.accessToken))
            let replay = try await provider.redeem(issued)
            #expect(replay.status == 400 && replay.error == "invalid_grant")
            #expect(try await !provider.isActive(tokens.accessToken))
            let refresh = try await provider.post(
                "/oauth2/token",
                ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.exposed ?? ""],
                authorization: provider.basic("web")
            )
            #expect(refresh.error == "invalid_grant")
        }
    }

    @Test func `a second coming counts without verifier and long after, also for a grant without refresh token`()
        async throws
    {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode(scope: ["orders:read"])
            let tokens = try await provider.redeem(issued).tokens()
            provider.clock.advance(bySeconds: 300)
            let replay = try await provider.redeem(issued, verifier: String(repeating: "x", count: 43))
            #expect(replay.error == "invalid_grant")
            #expect(try await !provider.isActive(tokens.accessToken))
        }
    }

    @Test func `of two who redeem at once one gets tokens, and they are revoked`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            async let first = provider.redeem(issued)
            async let second = provider.redeem(issued)
            let answers = try await [first, second]
            #expect(answers.map(\.status).sorted() == [200, 400])
            let tokens = try #require(answers.first { $0.status == 200 }).tokens()
            #expect(try await !provider.isActive(tokens.accessToken))
        }
    }

    @Test func `another client's code is refused and not spent`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode(client: "gatehouse-demo")
            #expect(try await provider.redeem(issued).error == "invalid_grant")
            let answer = try await provider.post(
                "/oauth2/token",
                [
                    "grant_type": "authorization_code", "client_id": "gatehouse-demo", "code": issued.code.exposed,
                    "redirect_uri": IssuedCode.redirectURI, "code_verifier": IssuedCode.verifier.exposed,
                ]
            )
            #expect(answer.status == 200)
        }
    }

    @Test func `who has signed out meanwhile, or was disabled, gets nothing`() async throws {
        try await TestProvider.run { provider in
            let ended = try await provider.issueCode()
            try await provider.parts.sessions.end(sid: ended.sessionID, decision: .unheard())
            #expect(try await provider.redeem(ended).error == "invalid_grant")
            let disabled = try await provider.issueCode(user: "ada")
            try await provider.parts.accounts.disable(username: "ada", decision: .unheard())
            #expect(try await provider.redeem(disabled).error == "invalid_grant")
        }
    }

    @Test(arguments: [(TestProvider.users, 400), (TestProvider.orders, 200), ("https://nowhere.example", 400)])
    func `resource must have been granted, and be opened by the scope`(resource: String, status: Int) async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.redeem(provider.issueCode(), resource: resource)
            #expect(answer.status == status)
        }
    }

    @Test func `the verifier of RFC 7636 matches its challenge`() throws {
        // RFC 7636, appendix B.
        let code = try makeCode(challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        try code.requireVerifier(Credential("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        #expect(throws: Refusal.codeVerifierMismatch) {
            try code.requireVerifier(Credential("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"))
        }
        // The challenge itself is no verifier: that would be the plain method.
        #expect(throws: Refusal.codeVerifierMismatch) {
            try code.requireVerifier(Credential("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"))
        }
    }

    @Test(arguments: [42, 129]) func `a verifier has 43 to 128 characters`(length: Int) throws {
        let code = try makeCode(challenge: "x")
        #expect(throws: Refusal.parameterMalformed) {
            try code.requireVerifier(Credential(String(repeating: "a", count: length)))
        }
    }

    private func makeCode(challenge: String) throws -> AuthorizationCode {
        AuthorizationCode(
            grant: AuthorizationGrant(
                clientID: "web",
                accountID: "a",
                sessionID: "s",
                scope: [],
                resources: [],
                authenticatedAt: NumericDate(0)
            ),
            binding: CodeBinding(
                redirectURI: "https://shop.example/callback",
                codeChallenge: challenge,
                key: nil,
                nonce: nil
            ),
            expiresAt: NumericDate(60),
            isUsed: false
        )
    }
}
