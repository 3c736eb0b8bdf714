import TestKit
import Testing
import Tokens

@Suite("Article: remembered tokens")
struct RememberedTokensArticle {
    @Test func `a validator that remembers is made as shown, and still asks for what may change`() async throws {
        let example = try Example()
        let (clock, keys) = (example.clock, example.keys)
        let revocations = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock)
        revocations.confirm(issuer: "https://id.example.com", at: clock.now())
        // Shown in RememberedTokens.md
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://orders.example.com",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: revocations,
            cache: VerifiedTokenCache(entriesMax: 16_384)
        )
        // Shown until here
        let token = try example.userToken()
        for _ in 1...2 { _ = try await validator.verify(token) }
        try revocations.revoke(.token("token-1"), issuer: "https://id.example.com", at: clock.now())
        await #expect(throws: Refusal.tokenRevoked) { try await validator.verify(token) }
    }
}
