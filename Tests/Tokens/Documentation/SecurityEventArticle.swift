import TestKit
import Testing
import Tokens

@Suite("Article: security events")
struct SecurityEventArticle {
    @Test func `a receiver learns of the end of a session as shown`() async throws {
        let example = try Example()
        let (minter, clock, keys) = (example.minter, example.clock, example.keys)
        let index = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock)
        // Shown in SecurityEvent.md
        let event = RevocationEvent(.session("session-1"), .sessionRevoked, at: clock.now())
        let token = try minter.mint(
            event.claims(
                issuer: "https://id.example.com",
                audience: "https://id.example.com/events",
                tokenID: Credential.random(byteCount: 16).exposed
            )
        )
        let validator = TokenValidator<SecurityEventClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://id.example.com/events",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked()
        )
        let claims = try await validator.verify(token, from: .unproven).claims
        if let event = RevocationEvent(reading: claims) {
            try index.revoke(event.target, issuer: claims.issuer, at: event.moment)
        }
        // Shown until here
        #expect(index.count == 1)
        await #expect(throws: Refusal.tokenTypeMismatch) {
            try await example.validator(at: "https://orders.example.com").verify(token)
        }
    }
}
