import TestKit
import Testing
import Tokens

@Suite("Article: client assertions")
struct ClientAssertionArticle {
    @Test func `a client's proof of who it is is minted and verified as shown`() async throws {
        let example = try Example("reports")
        let (minter, clock) = (example.minter, example.clock)
        let registeredKeys = KeySet([example.key.verificationKey])
        let replays: any ReplayCache = ReplayWindow(clock: clock)
        // Shown in ClientAssertion.md
        let token = try minter.mint(
            ClientAssertionClaims(
                clientID: "reports",
                audience: "https://id.example.com",
                issuedAt: clock.now(),
                expiresAt: clock.now() + 60,
                tokenID: Credential.random(byteCount: 16).exposed
            )
        )
        let validator = TokenValidator<ClientAssertionClaims>(
            issuers: ["reports"],
            audience: "https://id.example.com",
            algorithms: [.es256],
            keys: FixedKeys(registeredKeys, issuer: "reports"),
            clock: clock,
            revocations: NothingRevoked()
        )
        let claims = try await validator.verify(token, from: .unproven).claims
        guard claims.expiresAt.seconds(since: clock.now()) <= ClientAssertionClaims.lifetimeSecondsMax else {
            throw Refusal.assertionLifetimeTooLong
        }
        let forgetAt = claims.expiresAt + Bounds.clockSkewSeconds
        guard try await replays.claim("\(claims.issuer) \(claims.tokenID)", until: forgetAt) else {
            throw Refusal.assertionReplayed
        }
        // Shown until here
        #expect(claims.issuer == "reports")
        #expect(try await replays.claim("\(claims.issuer) \(claims.tokenID)", until: forgetAt) == false)
        #expect(try UnverifiedToken.decodeWithoutVerifying(token).payload["sub"] == "reports")
    }
}
