import Tokens

/// 4: neither the service alone nor the user alone reads the address: only the service on the user's behalf.
struct OnlyTheExchangedToken: Scenario {
    static let number = 4
    static let title = "Not the service's token, not the user's: only the exchanged one reads the address"

    func run(on stack: RunningStack, telling story: Story) async throws {
        let user = try await stack.makeUser("emil")
        let service = try await stack.serviceToken(of: .ordersAPI)
        let atUsers = try await stack.signInAgain(user, resource: Audience.users)

        try story.token("the service token of Orders", service, on: stack)
        try await refuse(service, "meant for the exchange, not for Users", user, stack, story)
        let direct = try await stack.serviceTokenRequest(of: .ordersAPI, resource: Audience.users)
        try require(direct, 400, "invalid_target", "Orders gets no token of its own for Users")
        story.request("orders-api", "POST /oauth2/token: a token of its own, for Users")
        story.answer(direct, "the provider does not give it one: a service is not everybody")

        try story.token("the user's token for Orders", user.accessToken, on: stack)
        try await refuse(user.accessToken, "meant for Orders, not for Users", user, stack, story)
        try story.token("the user's token for Users", atUsers.accessToken, on: stack)
        try await refuse(
            atUsers.accessToken,
            "right audience, but here only the exchange's word counts",
            user,
            stack,
            story
        )

        let answer = try await stack.exchange(ExchangeRequest(subjectToken: user.accessToken, actorToken: service))
        let exchanged = try stack.readTokens(answer, "the exchange").accessToken
        try story.token("the exchanged token", exchanged, on: stack)
        let read = try await stack.readShippingAddress(of: user.subject, exchanged, certificate: "orders-api")
        try require(read, 200, "the exchanged token reads the address")
        story.request("orders-api", "GET /internal/users/…/shipping-address with it")
        story.answer(read, "the address")

        let other = try await stack.makeUser("fay")
        let elsewhere = try await stack.readShippingAddress(of: other.subject, exchanged, certificate: "orders-api")
        try require(
            elsewhere.status == 403 || elsewhere.status == 404,
            "it reads no one else's",
            seen: "\(elsewhere.status)"
        )
        story.request("orders-api", "the same for another user")
        story.answer(elsewhere, "a token of one user opens nothing of another")
    }

    private func refuse(
        _ token: Credential,
        _ meaning: String,
        _ user: SignedInUser,
        _ stack: RunningStack,
        _ story: Story
    ) async throws {
        let answer = try await stack.readShippingAddress(of: user.subject, token, certificate: "orders-api")
        story.request("orders-api", "GET /internal/users/…/shipping-address with it")
        try require(answer, 401, "invalid_token", meaning)
        story.answer(answer, meaning)
    }
}
