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
        let token = try minter.mint(
            SecurityEventClaims(
                issuer: "https://id.example.com",
                audience: "https://orders.example.com",
                issuedAt: clock.now(),
                tokenID: Credential.random(byteCount: 16).exposed,
                happenedAt: clock.now() - 5,
                events: ["https://events.example.com/session-ended": ["sid": "session-1"]]
            )
        )
        let validator = TokenValidator<SecurityEventClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://orders.example.com",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked()
        )
        let claims = try await validator.verify(token, from: .unproven).claims
        if let session = claims.events["https://events.example.com/session-ended"]?.object?["sid"]?.string {
            try index.revoke(.session(session), issuer: claims.issuer, at: claims.happenedAt ?? claims.issuedAt)
        }
        // Shown until here
        #expect(index.count == 1)
        await #expect(throws: Refusal.tokenTypeMismatch) {
            try await example.validator(at: "https://orders.example.com").verify(token)
        }
    }
}
