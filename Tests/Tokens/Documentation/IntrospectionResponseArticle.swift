import TestKit
import Testing
import Tokens

@Suite("Article: signed introspection responses")
struct IntrospectionResponseArticle {
    @Test func `an answer about a token is minted and verified as shown`() async throws {
        let example = try Example()
        let (minter, clock, keys) = (example.minter, example.clock, example.keys)
        // Shown in IntrospectionResponse.md
        let token = try minter.mint(
            IntrospectionResponseClaims(
                issuer: "https://id.example.com",
                audience: "https://orders.example.com",
                issuedAt: clock.now(),
                response: ["active": true, "sub": "user-alice", "scope": "orders:read"]
            )
        )
        let validator = TokenValidator<IntrospectionResponseClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://orders.example.com",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked()
        )
        let answer = try await validator.verify(token, from: .unproven).claims
        guard answer.isActive else { throw Refusal.tokenInactive }
        // Shown until here
        #expect(answer.response["sub"] == "user-alice")
        await #expect(throws: Refusal.tokenTypeMismatch) {
            try await example.validator(at: "https://orders.example.com").verify(token)
        }
        clock.advance(bySeconds: IntrospectionResponseClaims.lifetimeSeconds + Bounds.clockSkewSeconds)
        await #expect(throws: Refusal.tokenExpired) { try await validator.verify(token) }
    }
}
