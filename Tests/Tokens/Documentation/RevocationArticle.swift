import TestKit
import Testing
import Tokens

@Suite("Article: revocation")
struct RevocationArticle {
    @Test func `a session is revoked as shown`() async throws {
        let example = try Example()
        let (clock, keys, token) = (example.clock, example.keys, try example.userToken(sessionID: "session-1"))
        // Shown in Revocation.md
        let index = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock)
        index.confirm(issuer: "https://id.example.com", at: clock.now())  // Nothing was revoked so far.
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://orders.example.com",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: index
        )
        let caller = try await validator.verify(token, from: .unproven)
        try index.revoke(.session("session-1"), issuer: caller.claims.issuer, at: clock.now())
        // From here on: Refusal.tokenRevoked.
        // Shown until here
        await #expect(throws: Refusal.tokenRevoked) { try await validator.verify(token) }
        await #expect(throws: Never.self) { try await validator.verify(example.userToken(sessionID: "session-2")) }
    }
}
