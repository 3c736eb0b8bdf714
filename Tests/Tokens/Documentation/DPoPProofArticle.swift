import TestKit
import Testing
import Tokens

@Suite("Article: DPoP proofs, and tokens that are bound to a key")
struct DPoPProofArticle {
    @Test func `a token is bound to a key and used with proofs as shown`() async throws {
        let example = try Example()
        let (clock, keys, clientKey) = (example.clock, example.keys, try SharedKeys.other(.es256))
        func mintToken(boundTo confirmation: ConfirmationMethod) throws -> Credential {
            try example.userToken(confirmation: confirmation)
        }
        // Shown in DPoPProof.md
        let client = DPoPProofMinter(key: clientKey, clock: clock)
        let proofs = DPoPProofValidator(replays: ReplayWindow(clock: clock), clock: clock)

        // At the token endpoint: the token is going to be bound to the key that made this proof.
        let first = try client.mint(method: "POST", url: "https://id.example.com/token")
        let holder = try await proofs.verify(
            DPoPRequest(proof: first, method: "POST", url: "https://id.example.com/token")
        )
        let token = try mintToken(boundTo: .key(holder))

        // At the API.
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://orders.example.com",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked(),
            proofs: proofs
        )
        let second = try client.mint(method: "GET", url: "https://orders.example.com/orders/7", accessToken: token)
        let request = DPoPRequest(proof: second, method: "GET", url: "https://orders.example.com/orders/7")
        let caller = try await validator.verify(token, from: Sender(certificate: nil, proof: request))
        // Shown until here
        #expect(caller.claims.confirmation == .key(client.thumbprint))
        let claims = try UnverifiedToken.decodeWithoutVerifying(second).payload.members.map(\.name)
        #expect(try Article("DPoPProof.md").table("claim").map { $0[0] } == claims)
        await #expect(throws: Refusal.proofReplayed) {
            try await validator.verify(token, from: Sender(certificate: nil, proof: request))
        }
        await #expect(throws: Refusal.confirmationUnsupported) {
            try await example.validator(at: "https://orders.example.com").verify(token)
        }
        await #expect(throws: Refusal.proofUnexpected) {
            try await validator.verify(example.userToken(), from: Sender(certificate: nil, proof: request))
        }
    }
}
