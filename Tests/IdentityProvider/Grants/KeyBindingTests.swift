import Testing
import Tokens

@testable import IdentityProvider
@testable import ServiceKit

@Suite("Refresh tokens that are bound to a key, RFC 9449 §5")
struct BoundRefreshTokenTests {
    @Test func `a sign-in and its refreshes with a proof give tokens that are bound to its key`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let first = try await provider.logIn(proof: key.proof(for: "/auth/login"))
            let second = try await provider.refresh(first.refreshToken, proof: key.proof()).tokens()
            let third = try await provider.post(
                "/auth/refresh",
                json: [
                    "client_id": "gatehouse-demo", "refresh_token": .string(second.refreshToken?.exposed ?? ""),
                ],
                proof: key.proof(for: "/auth/refresh")
            ).tokens()
            for tokens in [first, second, third] {
                #expect(tokens.tokenType == .dpop)
                #expect(try provider.payload(tokens.accessToken)["cnf"] == key.confirmation)
            }
        }
    }

    @Test func `without the key a thief spends nothing, and the owner goes on`() async throws {
        try await TestProvider.run { provider in
            let (key, thief) = (try ClientKey(at: provider), try ClientKey(at: provider))
            let first = try await provider.logIn(proof: key.proof(for: "/auth/login"))
            for proof in [nil, try thief.proof()] {
                let answer = try await provider.refresh(first.refreshToken, proof: proof)
                #expect(answer.status == 400 && answer.text == #"{"error":"invalid_grant"}"#)
            }
            #expect(try await provider.refresh(first.refreshToken, proof: key.proof()).status == 200)
        }
    }

    @Test func `the reason is written down as what it is`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let token = try #require(try await provider.logIn(proof: key.proof(for: "/auth/login")).refreshToken)
            let client = try #require(try await provider.parts.clients.find("gatehouse-demo"))
            let refresh = { (key: KeyThumbprint?) in
                try await provider.parts.refreshTokens.refresh(
                    token,
                    by: client,
                    from: CallerContext(source: nil, agent: nil, key: key),
                    scope: nil,
                    resources: [],
                    logger: provider.parts.runtime.logger,
                    decision: .unheard()
                )
            }
            await #expect(throws: Refusal.grantKeyMismatch) { try await refresh(nil) }
            #expect(try await refresh(key.thumbprint).response.tokenType == .dpop)
        }
    }

    @Test func `within the grace only the key gets the successor again`() async throws {
        try await TestProvider.run { provider in
            let (key, thief) = (try ClientKey(at: provider), try ClientKey(at: provider))
            let first = try await provider.logIn(proof: key.proof(for: "/auth/login"))
            let second = try await provider.refresh(first.refreshToken, proof: key.proof()).tokens()
            for proof in [nil, try thief.proof()] {
                #expect(try await provider.refresh(first.refreshToken, proof: proof).error == "invalid_grant")
            }
            let again = try await provider.refresh(first.refreshToken, proof: key.proof()).tokens()
            #expect(again.refreshToken == second.refreshToken)
        }
    }

    @Test func `a spent token ends the sessions of its user only in the hands of its key`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let first = try await provider.logIn(proof: key.proof(for: "/auth/login"))
            let second = try await provider.refresh(first.refreshToken, proof: key.proof()).tokens()
            provider.clock.advance(bySeconds: 31)
            // Nobody without the key can have spent it: an old token out of a log signs nobody out.
            #expect(try await provider.refresh(first.refreshToken).error == "invalid_grant")
            #expect(try await provider.isActive(second.accessToken))
            #expect(try await provider.refresh(first.refreshToken, proof: key.proof()).error == "invalid_grant")
            #expect(try await !provider.isActive(second.accessToken))
        }
    }

    @Test func `signing out takes the key as well`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let tokens = try await provider.logIn(proof: key.proof(for: "/auth/login"))
            let body: JSONObject = [
                "client_id": "gatehouse-demo", "refresh_token": .string(tokens.refreshToken?.exposed ?? ""),
            ]
            let thief = try ClientKey(at: provider)
            for proof in [nil, try thief.proof(for: "/auth/logout")] {
                let answer = try await provider.post("/auth/logout", json: body, proof: proof)
                #expect(answer.error == "invalid_grant")
                #expect(try await provider.isActive(tokens.accessToken))
            }
            let own = try key.proof(for: "/auth/logout")
            #expect(try await provider.post("/auth/logout", json: body, proof: own).status == 204)
            #expect(try await !provider.isActive(tokens.accessToken))
        }
    }

    @Test func `what began without a key is not bound to the first that comes`() async throws {
        try await TestProvider.run { provider in
            let first = try await provider.logIn()
            let thief = try ClientKey(at: provider)
            #expect(try await provider.refresh(first.refreshToken, proof: thief.proof()).error == "invalid_grant")
            let second = try await provider.refresh(first.refreshToken).tokens()
            #expect(second.tokenType == .bearer)
            #expect(try provider.payload(second.accessToken)["cnf"] == nil)
        }
    }

    @Test func `a confidential client may change its key: its own proof of itself is what binds`() async throws {
        try await TestProvider.run { provider in
            let (old, new) = (try ClientKey(at: provider), try ClientKey(at: provider))
            var tokens = try await provider.redeem(provider.issueCode(), proof: old.proof()).tokens()
            for key in [new, nil] {
                #expect(tokens.tokenType == .dpop)
                tokens = try await provider.post(
                    "/oauth2/token",
                    ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.exposed ?? ""],
                    authorization: provider.basic("web"),
                    proof: key?.proof()
                ).tokens()
                #expect(try provider.payload(tokens.accessToken)["cnf"] == key?.confirmation)
            }
        }
    }

    @Test(arguments: [("none", true, true), ("none", false, false), ("client_secret_basic", true, false)])
    func `a family keeps its key, also where its public client has become a confidential one`(
        method: String,
        isItsKey: Bool,
        isGood: Bool
    ) throws {
        let document: JSONObject = ["client_id": "app", "token_endpoint_auth_method": .string(method)]
        let client = try Client(reading: document, registry: ScopeRegistry(issuer: "https://issuer", apis: []))
        let keys = try [0, 1].map { _ in KeyThumbprint(of: try SigningKey.generate(.es256).verificationKey) }
        let grant = AuthorizationGrant(
            clientID: "app",
            accountID: "a",
            sessionID: "s",
            scope: [],
            resources: [],
            authenticatedAt: NumericDate(0)
        )
        let family = RefreshFamily(id: "f", grant: grant, key: keys[0], expiresAt: NumericDate(60), owesSignIn: false)
        let result = Result { () throws(Refusal) in try family.requireKey(keys[isItsKey ? 0 : 1], of: client) }
        if isGood { try result.get() } else { #expect(throws: Refusal.grantKeyMismatch) { try result.get() } }
    }
}

@Suite("Codes that are bound to a key, RFC 9449 §10")
struct BoundCodeTests {
    @Test func `a code for one key is refused to every other, and stays whole`() async throws {
        try await TestProvider.run { provider in
            let (key, thief) = (try ClientKey(at: provider), try ClientKey(at: provider))
            let issued = try await provider.issueCode(key: key.thumbprint)
            for proof in [nil, try thief.proof()] {
                let answer = try await provider.redeem(issued, proof: proof)
                #expect(answer.status == 400 && answer.text == #"{"error":"invalid_grant"}"#)
            }
            #expect(try await provider.redeem(issued, proof: key.proof()).tokens().tokenType == .dpop)
        }
    }

    @Test func `a code for no key in particular binds its tokens to the key that redeems it`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let issued = try await provider.issueCode(client: "gatehouse-demo")
            let redeem = { (proof: Credential?) in
                try await provider.post(
                    "/oauth2/token",
                    [
                        "grant_type": "authorization_code", "client_id": "gatehouse-demo", "code": issued.code.exposed,
                        "redirect_uri": IssuedCode.redirectURI, "code_verifier": IssuedCode.verifier.exposed,
                    ],
                    proof: proof
                )
            }
            let tokens = try await redeem(key.proof()).tokens()
            #expect(try provider.payload(tokens.accessToken)["cnf"] == key.confirmation)
            #expect(try await provider.refresh(tokens.refreshToken).error == "invalid_grant")
            #expect(try await provider.refresh(tokens.refreshToken, proof: key.proof()).status == 200)
        }
    }

    @Test(arguments: [true, false])
    func `the authorization request names the key, through sign-in and consent`(isNamed: Bool) async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            var browser = Browser(provider)
            let ask = Ask.accepted.with("dpop_jkt", isNamed ? key.thumbprint.text : nil)
                .with("code_challenge", IssuedCode.challenge)
            let consent = try await browser.get(try await browser.signIn(for: ask).location())
            let agreed = try await browser.submit("/consent", of: consent, [("decision", "allow")])
            let code = try await browser.get(agreed.location()).redirected().required("code")
            let issued = IssuedCode(code: Credential(code), sessionID: "")
            #expect(try await provider.redeem(issued).status == (isNamed ? 400 : 200))
            if isNamed { #expect(try await provider.redeem(issued, proof: key.proof()).status == 200) }
        }
    }
}
