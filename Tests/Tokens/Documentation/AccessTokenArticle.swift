import TestKit
import Testing
import Tokens

@Suite("Article: access tokens")
struct AccessTokenArticle {
    @Test func `a token is minted and verified as shown`() async throws {
        let example = try Example()
        let (key, clock) = (example.key, example.clock)
        // Shown in AccessToken.md
        let minter = TokenMinter { _ in key }
        let token = try minter.mint(
            AccessTokenClaims(
                issuer: "https://id.example.com",
                subject: "user-alice",
                audience: "https://orders.example.com",
                clientID: "web-shop",
                issuedAt: clock.now(),
                expiresAt: clock.now() + 600,
                tokenID: Credential.random(byteCount: 16).exposed,
                scope: ["orders:read"]
            )
        )
        let revocations = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock)
        revocations.confirm(issuer: "https://id.example.com", at: clock.now())  // Nothing was revoked so far.
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://orders.example.com",
            algorithms: [.es256],
            keys: FixedKeys(KeySet([key.verificationKey]), issuer: "https://id.example.com"),
            clock: clock,
            revocations: revocations
        )
        let caller = try await validator.verify(token, from: .unproven, requiring: [.noActor, .scope("orders:read")])
        // Shown until here
        #expect(caller.claims.subject == "user-alice")
        await #expect(throws: Refusal.tokenTypeMismatch) {
            try await example.validator(IDTokenClaims.self, at: "https://orders.example.com").verify(token)
        }
    }
}
