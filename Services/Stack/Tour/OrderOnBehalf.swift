import Audit
import Tokens

/// 1: a user signs in and orders; Orders asks Users for the address with a token minted for that one hop.
struct OrderOnBehalf: Scenario {
    static let number = 1
    static let title = "Sign in, place an order, and Orders asks Users on the user's behalf"

    func run(on stack: RunningStack, telling story: Story) async throws {
        let user = try await stack.makeUser("ada")
        story.request(user.name, "POST /auth/login at the identity provider")
        try story.token("the user's access token, good at Orders alone", user.accessToken, on: stack)

        story.request(user.name, "POST /orders at the gateway, with that token")
        let placed = try await stack.placeOrder("lantern", user.accessToken)
        try require(placed, 201, "an order is placed")
        let address = placed.json?["shippingAddress"]?.object
        try require(
            address?["recipient"]?.string == user.name,
            "the order goes to the address that Users has",
            seen: address.map(JSONWriter.text) ?? "no address"
        )
        story.answer(placed, "placed; Orders learned the address from Users, not from the request")

        try await showTheHop(of: user, on: stack, telling: story)
        try await tellWhy(placed, on: stack, telling: story)
    }

    /// Who decides about an order, in the order in which they are asked.
    static let services = ["gateway", "orders-api", "token-exchange", "users-api"]

    /// What the four services have written into their audit logs about that very order.
    private func tellWhy(_ placed: Answer, on stack: RunningStack, telling story: Story) async throws {
        let transactionID = placed.header(HeaderName.transactionID) ?? ""
        story.says("Every answer carries the id of its request, the order's was \(transactionID).")
        story.says("`gatehouse why` finds with it what each service wrote into its audit log:")
        let told = try await stack.story(of: transactionID, until: Self.services)
        let services = told.records.map(\.service)
        try require(
            Self.services.allSatisfy(services.contains),
            "each of \(Self.services.joined(separator: ", ")) has a record of the order",
            seen: services.joined(separator: ", ")
        )
        for line in StoryLines(told).lines { story.tell(line.isEmpty ? "" : "  \(line)") }
    }

    /// Orders does not show its tokens, so the story makes the same exchange once more, with the certificate of Orders.
    private func showTheHop(of user: SignedInUser, on stack: RunningStack, telling story: Story) async throws {
        let service = try await stack.serviceToken(of: .ordersAPI)
        story.says("In between, Orders proved who it is by its certificate, and got a token of its own:")
        try story.token("the service token of Orders, good at the exchange alone", service, on: stack)

        story.request("orders-api", "POST /oauth2/token at the exchange: the user's token, its own, audience Users")
        let answer = try await stack.exchange(ExchangeRequest(subjectToken: user.accessToken, actorToken: service))
        let exchanged = try stack.readTokens(answer, "the exchange").accessToken
        story.answer(answer, "a token for this one hop")
        try story.compare(
            ("the user's token", user.accessToken),
            ("the exchanged token", exchanged),
            on: stack
        )
        try checkNarrowing(from: user.accessToken, to: exchanged, on: stack)
        story.says("Narrowed: another audience, one scope that the policy derives, a minute at most, the actor named.")

        let read = try await stack.readShippingAddress(of: user.subject, exchanged, certificate: "orders-api")
        try require(read, 200, "Users answers the exchanged token")
        story.request("orders-api", "GET /internal/users/…/shipping-address at Users, with the exchanged token")
        story.answer(read, "the address, and nothing else of the user")
    }

    private func checkNarrowing(from user: Credential, to exchanged: Credential, on stack: RunningStack) throws {
        let before = try UnverifiedToken.decodeWithoutVerifying(user).payload
        let after = try UnverifiedToken.decodeWithoutVerifying(exchanged).payload
        let expected: [(String, JSONValue?)] = [
            ("iss", .string(stack.address(of: .tokenExchange))), ("sub", before["sub"]),
            ("aud", .string(Audience.users)), ("scope", "users.address:read"), ("act", ["sub": "orders-api"]),
        ]
        // The actor (RFC 8693 §4.1) is what the exchange wrote, not what Orders asked for: it cannot ask.
        for (claim, value) in expected {
            try require(
                after[claim] == value,
                "the exchanged token's \(claim) is right",
                seen: "\(String(describing: after[claim]))"
            )
        }
        let lifetime = (after["exp"]?.integer ?? .max) - (after["iat"]?.integer ?? 0)
        try require(lifetime <= 60, "it lives a minute at most", seen: "\(lifetime) s")
        try require(
            after["exp"]?.integer ?? .max <= before["exp"]?.integer ?? 0,
            "it ends no later than the user's token",
            seen: "it outlives it"
        )
        try require(after["txn"]?.string != nil, "it carries the transaction id", seen: "none")
    }
}
