import HTTPTypes
import Testing
import Tokens
import TokensHummingbird

@testable import IdentityProvider

@Suite("Proofs at the token endpoint, RFC 9449 §5")
struct ProofReaderTests {
    /// One proof, right unless a case says otherwise.
    struct Draft: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var path = "/oauth2/token"
        var method = "POST"
        var issuer = TestProvider.issuer
        var secondsAgo: Int64 = 0
        var algorithm = Algorithm.es256
        var isForAToken = false

        func mint(_ provider: TestProvider) throws -> Credential {
            let clock = FixedClock(provider.clock.now() - secondsAgo)
            return try DPoPProofMinter(key: .generate(algorithm), clock: clock).mint(
                method: method,
                url: issuer + path,
                accessToken: isForAToken ? Credential("a token") : nil
            )
        }
    }

    private func requestToken(_ proof: Credential, at provider: TestProvider) async throws -> Answer {
        try await provider.post(
            "/oauth2/token",
            ["grant_type": "client_credentials"],
            authorization: provider.basic("web"),
            proof: proof
        )
    }

    @Test(arguments: [
        Draft(testDescription: "right"),
        Draft(testDescription: "a query, which does not count", path: "/oauth2/token?a=b"),
        Draft(testDescription: "as old as it may be", secondsAgo: 69),
        Draft(testDescription: "as far ahead as it may be", secondsAgo: -10),
        Draft(testDescription: "ES384", algorithm: .es384), Draft(testDescription: "Ed25519", algorithm: .ed25519),
        Draft(testDescription: "PS256", algorithm: .ps256),
    ])
    func `a good proof binds the token to its key`(draft: Draft) async throws {
        try await TestProvider.run { provider in
            let answer = try await requestToken(draft.mint(provider), at: provider)
            #expect(answer.status == 200 && answer.json["token_type"] == "DPoP")
        }
    }

    @Test(arguments: [
        Draft(testDescription: "for another path", path: "/oauth2/introspect"),
        Draft(testDescription: "for another method", method: "GET"),
        Draft(testDescription: "for another server", issuer: "https://elsewhere.example"),
        Draft(testDescription: "for a request with a token", isForAToken: true),
        Draft(testDescription: "too old", secondsAgo: 70), Draft(testDescription: "too far ahead", secondsAgo: -11),
        Draft(testDescription: "RS256", algorithm: .rs256),
    ])
    func `any other proof is refused`(draft: Draft) async throws {
        try await TestProvider.run { provider in
            let answer = try await requestToken(draft.mint(provider), at: provider)
            #expect(answer.status == 400 && answer.text == #"{"error":"invalid_dpop_proof"}"#)
        }
    }

    @Test(arguments: ["", "x", "e30.e30.e30", String(repeating: "a", count: 9_000)])
    func `what is no proof is refused without a fault`(text: String) async throws {
        try await TestProvider.run { provider in
            let answer = try await requestToken(Credential(text), at: provider)
            #expect(answer.status == 400 && answer.error == "invalid_dpop_proof")
        }
    }

    @Test func `two proofs are none, even if both are good`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            headers[.authorization] = provider.basic("web")
            for _ in 0..<2 { headers.append(HTTPField(name: .dpop, value: try key.proof().exposed)) }
            let answer = try await provider.send(
                .post,
                "/oauth2/token",
                headers: headers,
                body: "grant_type=client_credentials"
            )
            #expect(answer.status == 400 && answer.error == "invalid_dpop_proof")
        }
    }

    @Test func `the host that a request claims is not the one that a proof must be for`() async throws {
        try await TestProvider.run { provider in
            let proof = try ClientKey(at: provider).proof(at: "https://elsewhere.example")
            let answer = try await provider.send(
                .post,
                "/oauth2/token",
                headers: [
                    .contentType: "application/x-www-form-urlencoded", .authorization: provider.basic("web"),
                    .dpop: proof.exposed, .init("Host")!: "elsewhere.example",
                    .init("X-Forwarded-Host")!: "elsewhere.example",
                ],
                body: "grant_type=client_credentials"
            )
            #expect(answer.error == "invalid_dpop_proof")
        }
    }

    @Test func `a proof is good once, whatever became of its request`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let proof = try key.proof()
            #expect(try await requestToken(proof, at: provider).status == 200)
            #expect(try await requestToken(proof, at: provider).error == "invalid_dpop_proof")
            let ofARefusal = try key.proof()
            #expect(try await provider.refresh(.random(), proof: ofARefusal).error == "invalid_grant")
            #expect(try await requestToken(ofARefusal, at: provider).error == "invalid_dpop_proof")
        }
    }

    @Test func `a client assertion is not used up by a bad proof, nor by a replayed one`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let assertion = try ClientAssertionTests.Draft().sign(provider)
            func authenticate(_ proof: Credential) async throws -> Answer {
                try await provider.post(
                    "/oauth2/token",
                    [
                        "grant_type": "client_credentials", "client_assertion": assertion.exposed,
                        "client_assertion_type": ClientAuthenticationMethod.assertionType,
                    ],
                    proof: proof
                )
            }
            let used = try key.proof()
            #expect(try await requestToken(used, at: provider).status == 200)
            for bad in [Credential("x"), used] {
                #expect(try await authenticate(bad).error == "invalid_dpop_proof")
            }
            #expect(try await authenticate(key.proof()).status == 200)
            #expect(try await authenticate(key.proof()).error == "invalid_client")
        }
    }

    @Test func `nor is a code or a refresh token`() async throws {
        try await TestProvider.run { provider in
            let issued = try await provider.issueCode()
            let bad = Credential("x")
            #expect(try await provider.redeem(issued, proof: bad).error == "invalid_dpop_proof")
            #expect(try await provider.redeem(issued).status == 200)
            let token = try await provider.logIn().refreshToken
            #expect(try await provider.refresh(token, proof: bad).error == "invalid_dpop_proof")
            #expect(try await provider.refresh(token).status == 200)
        }
    }

    @Test func `a client that registered for bound tokens gets no others, RFC 9449 §5.2`() async throws {
        try await TestProvider.run { provider in
            let key = try ClientKey(at: provider)
            let login: JSONObject = [
                "client_id": "bound-app", "username": "alice", "password": .string(TestProvider.password.exposed),
            ]
            #expect(try await provider.post("/auth/login", json: login).error == "invalid_request")
            let proof = try key.proof(for: "/auth/login")
            let first = try await provider.post("/auth/login", json: login, proof: proof).tokens()
            #expect(first.tokenType == .dpop)

            let refresh: JSONObject = [
                "client_id": "bound-app", "refresh_token": .string(first.refreshToken?.exposed ?? ""),
            ]
            #expect(try await provider.post("/auth/refresh", json: refresh).error == "invalid_request")
            let bare = try await provider.refresh(first.refreshToken, client: "bound-app")
            #expect(bare.status == 400 && bare.error == "invalid_request")
            let proven = try await provider.refresh(first.refreshToken, client: "bound-app", proof: key.proof())
            #expect(proven.status == 200)
        }
    }
}
