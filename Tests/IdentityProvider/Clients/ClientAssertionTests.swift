import Testing
import Tokens

@testable import IdentityProvider

@Suite("private_key_jwt, RFC 7523 §3")
struct ClientAssertionTests {
    /// One assertion, right unless a case says otherwise.
    struct Draft: Sendable, CustomTestStringConvertible {
        var name = "right"
        var clientID = "signer"
        var audience = TestProvider.issuer
        var issuedSecondsAgo: Int64 = 0
        var lifetimeSeconds: Int64 = 300
        var isOwnKey = true

        var testDescription: String { name }

        func sign(_ provider: TestProvider, tokenID: String = "one") throws -> Credential {
            let now = provider.clock.now()
            let claims = ClientAssertionClaims(
                clientID: clientID,
                audience: audience,
                issuedAt: now - issuedSecondsAgo,
                expiresAt: now + lifetimeSeconds,
                tokenID: tokenID
            )
            let key = isOwnKey ? provider.template.signerKey : try SigningKey.generate(.es256)
            return try TokenMinter { _ in key }.mint(claims)
        }
    }

    private func present(
        _ assertion: Credential,
        to provider: TestProvider,
        type: String = ClientAuthenticationMethod.assertionType
    ) async throws -> Answer {
        try await provider.post(
            "/oauth2/token",
            [
                "grant_type": "client_credentials", "client_assertion_type": type,
                "client_assertion": assertion.exposed,
            ]
        )
    }

    @Test func `a fresh assertion is good, and good once`() async throws {
        try await TestProvider.run { provider in
            let assertion = try Draft().sign(provider)
            #expect(try await present(assertion, to: provider).status == 200)
            let replay = try await present(assertion, to: provider)
            #expect(replay.status == 401 && replay.error == "invalid_client")
            let next = try Draft().sign(provider, tokenID: "two")
            #expect(try await present(next, to: provider).status == 200)
        }
    }

    @Test(arguments: [
        Draft(name: "for the token endpoint's URL, not the issuer", audience: "\(TestProvider.issuer)/oauth2/token"),
        Draft(name: "for another server", audience: "https://elsewhere.example"),
        Draft(name: "expired", issuedSecondsAgo: 300, lifetimeSeconds: -10),
        Draft(name: "valid for an hour", lifetimeSeconds: 3_600),
        Draft(name: "one second too long", lifetimeSeconds: 301),
        Draft(name: "issued in the future", issuedSecondsAgo: -60),
        Draft(name: "signed by a stranger", isOwnKey: false),
        Draft(name: "of an unknown client", clientID: "nobody"),
        Draft(name: "of a client with a secret", clientID: "web"),
        Draft(name: "of a public client", clientID: "gatehouse-demo"),
    ])
    func `any other assertion is a client that did not authenticate`(draft: Draft) async throws {
        try await TestProvider.run { provider in
            let answer = try await present(draft.sign(provider), to: provider)
            #expect(answer.status == 401 && answer.error == "invalid_client")
        }
    }

    @Test(arguments: ["", "x", "a.b.c", "e30.e30.e30"])
    func `what is no token is refused without a fault`(text: String) async throws {
        try await TestProvider.run { provider in
            let answer = try await present(Credential(text), to: provider)
            #expect(answer.status == 401 && answer.error == "invalid_client")
        }
    }

    @Test func `another assertion type, and a second proof beside it, are refused`() async throws {
        try await TestProvider.run { provider in
            let assertion = try Draft().sign(provider)
            let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"
            #expect(try await present(assertion, to: provider, type: saml).status == 401)
            let both = try await provider.post(
                "/oauth2/token",
                [
                    "grant_type": "client_credentials", "client_assertion": assertion.exposed,
                    "client_assertion_type": ClientAuthenticationMethod.assertionType,
                ],
                authorization: provider.basic("web")
            )
            #expect(both.status == 400 && both.error == "invalid_request")
            // Neither has spent it.
            #expect(try await present(assertion, to: provider).status == 200)
        }
    }

    @Test func `an access token is no assertion`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            #expect(try await present(tokens.accessToken, to: provider).status == 401)
        }
    }
}
