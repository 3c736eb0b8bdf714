import TestKit
import Testing
import Tokens

@Suite("Article: ID tokens")
struct IDTokenArticle {
    @Test func `a statement about a sign-in is minted and verified as shown`() async throws {
        let example = try Example()
        let (minter, clock, keys, nonce) = (example.minter, example.clock, example.keys, "nonce-1")
        // Shown in IDToken.md
        let token = try minter.mint(
            IDTokenClaims(
                issuer: "https://id.example.com",
                subject: "user-alice",
                audience: "web-shop",
                issuedAt: clock.now(),
                expiresAt: clock.now() + 300,
                authenticatedAt: clock.now() - 20,
                nonce: nonce
            )
        )
        let validator = TokenValidator<IDTokenClaims>(
            issuers: ["https://id.example.com"],
            audience: "web-shop",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked()
        )
        let statement = try await validator.verify(token, from: .unproven).claims
        guard statement.nonce == nonce else { throw Refusal.claimMalformed }
        // Shown until here
        #expect(statement.subject == "user-alice")
        await #expect(throws: Refusal.tokenTypeMismatch) {
            try await example.validator(at: "web-shop").verify(token)
        }
        await #expect(throws: Refusal.tokenTypeMismatch) {
            try await example.validator(LogoutTokenClaims.self, at: "web-shop").verify(token)
        }
    }
}
