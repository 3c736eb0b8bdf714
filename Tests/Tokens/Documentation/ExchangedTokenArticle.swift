import TestKit
import Testing
import Tokens

@Suite("Article: exchanged tokens")
struct ExchangedTokenArticle {
    @Test func `a token for one hop is minted and verified as shown`() async throws {
        let (provider, exchange) = (try Example(), try Example("https://exchange.example.com"))
        let (minter, clock) = (exchange.minter, exchange.clock)
        let validator = exchange.validator(at: "https://users.example.com")
        let verified = try await provider.validator(at: "https://orders.example.com").verify(provider.userToken())
        let (user, keyID) = (verified.claims, verified.keyID)
        // Shown in ExchangedToken.md
        let token = try minter.mint(
            AccessTokenClaims(
                issuer: "https://exchange.example.com",
                subject: user.subject,
                audience: "https://users.example.com",
                clientID: "orders-api",
                issuedAt: clock.now(),
                expiresAt: min(clock.now() + 60, user.expiresAt),
                tokenID: Credential.random(byteCount: 16).exposed,
                scope: user.scope.intersection(["address:read"]),
                authenticatedAt: user.authenticatedAt,
                sessionID: user.sessionID,
                actor: Actor("orders-api", actingAfter: user.actor),
                transactionID: user.transactionID ?? "request-1",
                sources: user.sources + [TokenSource(of: user, keyID: keyID)]
            )
        )
        let caller = try await validator.verify(
            token,
            from: .unproven,
            requiring: [.actor("orders-api"), .scope("address:read")]
        )
        // Shown until here
        #expect(caller.claims.subject == "user-alice")
        #expect(caller.claims.sessionID == "session-1")
        await #expect(throws: Refusal.actorNotAllowed) {
            try await validator.verify(token, from: .unproven, requiring: [.noActor])
        }
    }
}
