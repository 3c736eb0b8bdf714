import TestKit
import Testing
import Tokens

@Suite("Article: logout tokens")
struct LogoutTokenArticle {
    private struct Sessions {
        var ended: [String] = []
        mutating func end(_ session: String) { ended.append(session) }
        mutating func endAll(of user: String) { ended.append("all of \(user)") }
    }

    @Test func `a client is told of the end of a session as shown`() async throws {
        let example = try Example()
        let (minter, clock, keys) = (example.minter, example.clock, example.keys)
        var sessions = Sessions()
        // Shown in LogoutToken.md
        let token = try minter.mint(
            LogoutTokenClaims(
                issuer: "https://id.example.com",
                audience: "web-shop",
                issuedAt: clock.now(),
                expiresAt: clock.now() + 120,
                tokenID: Credential.random(byteCount: 16).exposed,
                target: .session("session-1", ofSubject: "user-alice")
            )
        )
        let validator = TokenValidator<LogoutTokenClaims>(
            issuers: ["https://id.example.com"],
            audience: "web-shop",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked()
        )
        switch try await validator.verify(token, from: .unproven).claims.target {
        case .session(let session, _): sessions.end(session)
        case .subject(let user): sessions.endAll(of: user)
        }
        // Shown until here
        #expect(sessions.ended == ["session-1"])
        await #expect(throws: Refusal.tokenTypeMismatch) {
            try await example.validator(IDTokenClaims.self, at: "web-shop").verify(token)
        }
    }
}
