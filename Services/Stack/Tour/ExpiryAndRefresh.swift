import Tokens

/// 2: an access token ends by itself; the refresh token brings the next one.
struct ExpiryAndRefresh: Scenario {
    static let number = 2
    static let title = "The access token expires and is refreshed"

    func run(on stack: RunningStack, telling story: Story) async throws {
        let user = try await stack.makeUser("ben")
        try story.token("the user's access token", user.accessToken, on: stack)
        let early = try await stack.listOrders(user.accessToken)
        try require(early, 200, "a fresh token is accepted")
        story.request(user.name, "GET /orders at the gateway")
        story.answer(early, "accepted")

        // Past the end and past the skew that validators allow; not a second more.
        let seconds = user.tokens.lifetimeSeconds + Bounds.clockSkewSeconds
        try await stack.advance(seconds: seconds)
        story.says("The clocks of all five services are moved on by \(seconds) s.")
        let late = try await stack.listOrders(user.accessToken)
        try require(late, 401, "invalid_token", "an expired token is refused")
        try require(
            late.header("www-authenticate")?.contains("invalid_token") == true,
            "the refusal carries a challenge",
            seen: late.header("www-authenticate") ?? "none"
        )
        story.request(user.name, "GET /orders with the same token")
        story.answer(late, "expired: checked by the service alone, nobody was asked")

        let again = try await stack.refreshed(user)
        story.request(user.name, "POST /oauth2/token with the refresh token [\(try user.refreshToken().fingerprint)]")
        try story.token("the new access token", again.accessToken, on: stack)
        story.says("With it came the successor of the refresh token: [\(try again.refreshToken().fingerprint)].")
        try require(
            again.subject == user.subject && again.tokens.scope == user.tokens.scope,
            "same subject, same scopes",
            seen: "\(again.tokens.scope)"
        )
        let answer = try await stack.listOrders(again.accessToken)
        try require(answer, 200, "the new token is accepted")
        story.request(user.name, "GET /orders with the new token")
        story.answer(answer, "accepted")
    }
}
