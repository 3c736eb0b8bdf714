import Tokens

/// 8: an operator ends all that a user has; milliseconds later every service refuses it, and what was made of it too.
struct RevokedEverywhere: Scenario {
    static let number = 8
    static let title = "Revoked, and refused everywhere"

    func run(on stack: RunningStack, telling story: Story) async throws {
        let user = try await stack.makeUser("ines")
        let service = try await stack.serviceToken(of: .ordersAPI)
        let exchange = try await stack.exchange(ExchangeRequest(subjectToken: user.accessToken, actorToken: service))
        let exchanged = try stack.readTokens(exchange, "the exchange").accessToken
        try story.token("\(user.name)'s token", user.accessToken, on: stack)
        try story.token("and one that Orders has made of it", exchanged, on: stack)
        for (door, answer) in try await knock(user, exchanged, on: stack) {
            try require(answer, 200, "\(door) accepts it")
        }
        story.says(
            "Both are good. No service asks the provider about them: they check signature and time by themselves."
        )

        story.request("an operator", "gatehouse revoke --user \(user.name)")
        let revocation = try await stack.revoke(.user(user.name))
        try require(revocation.isComplete, "every verifier hears of it", seen: "\(revocation.lines)")
        for line in revocation.lines { story.says(line) }
        for (door, answer) in try await knock(user, exchanged, on: stack) {
            try require(answer, 401, "invalid_token", "\(door) refuses it")
            story.request(door, "the same as before")
            story.answer(answer, "revoked: one signed event, and every service knows")
        }
        let refresh = try await stack.refresh(user.refreshToken())
        try require(refresh, 400, "invalid_grant", "the refresh token is dead too")

        let again = try await stack.signInAgain(user)
        try require(try await stack.listOrders(again.accessToken), 200, "a new sign-in works at once")
        story.says("\(user.name) signs in again, and that token works at once: what is revoked ends at that moment.")
    }

    private func knock(
        _ user: SignedInUser,
        _ exchanged: Credential,
        on stack: RunningStack
    ) async throws -> [(door: String, answer: Answer)] {
        [
            ("GET /orders at the gateway", try await stack.listOrders(user.accessToken)),
            (
                "GET /orders at Orders itself",
                try await stack.send("GET", "\(stack.address(of: .ordersAPI))/orders", user.accessToken)
            ),
            (
                "GET /internal/users/…/shipping-address, with the exchanged token",
                try await stack.readShippingAddress(of: user.subject, exchanged, certificate: "orders-api")
            ),
        ]
    }
}
