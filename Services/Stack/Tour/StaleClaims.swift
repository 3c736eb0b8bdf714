import Tokens

/// 9: a role is given and taken away. One route believes the token, another asks the provider; what that changes, and what it costs.
struct StaleClaims: Scenario {
    static let number = 9
    static let title = "A token says what was true when it was made"

    func run(on stack: RunningStack, telling story: Story) async throws {
        let doors = try await AdministratorDoors(on: stack)
        var clerk = try await stack.signInAgain(stack.makeUser("june"), client: RunningStack.deskClient)
        try story.token("\(clerk.name)'s token, from the app of those who work here", clerk.accessToken, on: stack)
        story.says(
            "Two routes of Orders are for administrators. One believes the token, the other asks the provider each time."
        )
        try await expect(clerk, believing: (404, nil), asking: (403, "insufficient_scope"), at: doors, story)

        try await stack.setRoles(["admin"], of: clerk)
        story.request("an operator", "gatehouse users roles \(clerk.name) --role admin")
        story.says("Her token of before is dead, and her app refreshes: nobody has to sign in again.")
        clerk = try await stack.refreshed(clerk, client: RunningStack.deskClient)
        try story.token("her next token: a refresh looks at the account anew", clerk.accessToken, on: stack)
        try await expect(clerk, believing: (200, nil), asking: (200, nil), at: doors, story)
        try await tellTheCost(clerk.accessToken, at: doors, story)

        try await tellTheGap(clerk, at: doors, on: stack, story)
        clerk = try await stack.refreshed(clerk, client: RunningStack.deskClient)
        try await expect(clerk, believing: (404, nil), asking: (403, "insufficient_scope"), at: doors, story)
    }

    private func expect(
        _ clerk: SignedInUser,
        believing: (status: Int, code: String?),
        asking: (status: Int, code: String?),
        at doors: AdministratorDoors,
        _ story: Story
    ) async throws {
        let believed = try await doors.believe(clerk.accessToken)
        try require(believed, believing.status, "the route that believes")
        story.request(clerk.name, "POST /orders/…/cancel, somebody else's order: orders:admin in the token counts")
        story.answer(believed, believing.status == 200 ? "the token says orders:admin" : "the token says nothing of it")
        let asked = try await doors.ask(clerk.accessToken)
        try require(asked, asking.status, "the route that asks")
        story.request(clerk.name, "GET /orders/all: the account's role counts, and no token has that")
        story.answer(asked, asking.status == 200 ? "the provider says: administrator" : "the provider says: no role")
    }

    /// Both many times, by turns, so that a slow moment of the machine is nobody's alone.
    private func tellTheCost(_ token: Credential, at doors: AdministratorDoors, _ story: Story) async throws {
        let count = 25
        var (believing, asking): ([Duration], [Duration]) = ([], [])
        for _ in 0..<count {
            believing.append(try await ContinuousClock().measure { _ = try await doors.believe(token) })
            asking.append(try await ContinuousClock().measure { _ = try await doors.ask(token) })
        }
        story.says(
            "Asking has its price: \(Self.median(asking)) ms against \(Self.median(believing)) ms (median of \(count)), "
                + "and 503 while the provider is away."
        )
    }

    /// From the moment in which the role is gone: how long each door still lets in.
    private func tellTheGap(
        _ clerk: SignedInUser,
        at doors: AdministratorDoors,
        on stack: RunningStack,
        _ story: Story
    ) async throws {
        try await stack.setRoles([], of: clerk)
        let start = ContinuousClock.now
        story.request("an operator", "gatehouse users roles \(clerk.name)")
        async let gap = doors.countUntilRefused(clerk.accessToken)
        let asked = try await doors.ask(clerk.accessToken)
        try require(asked, 401, "invalid_token", "the route that asks knows at once")
        story.request(clerk.name, "GET /orders/all")
        story.answer(asked, "refused at the first question: the provider knew before it answered the operator")
        let (accepted, end) = try await gap
        story.request(clerk.name, "POST /orders/…/cancel, again and again")
        story.says(
            "  let in \(accepted) more times, then refused \(Self.milliseconds(end - start)) ms after: the event had come."
        )
        story.says(
            "A service that hears nothing would go on for a minute (revocations.staleSeconds), and then answer 503."
        )
    }

    private static func median(_ durations: [Duration]) -> String {
        milliseconds(durations.sorted()[durations.count / 2])
    }

    /// With one decimal.
    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .microseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// The two routes of Orders, and an order that whoever knocks has not placed.
private struct AdministratorDoors: Sendable {
    let stack: RunningStack
    private let orderID: String

    init(on stack: RunningStack) async throws {
        self.stack = stack
        let placed = try await stack.placeOrder("lamp", stack.makeUser("kai").accessToken)
        guard let id = try placed.requireSuccess("placing an order").json?["id"]?.string else {
            throw ScenarioFailure(expectation: "an order has an id", seen: placed.summary)
        }
        orderID = id
    }

    /// Cancelling twice is cancelling once, so it can be asked again and again.
    func believe(_ token: Credential) async throws -> Answer {
        try await stack.send("POST", "\(stack.address(of: .ordersAPI))/orders/\(orderID)/cancel", token)
    }

    func ask(_ token: Credential) async throws -> Answer {
        try await stack.send("GET", "\(stack.address(of: .ordersAPI))/orders/all", token)
    }

    /// Knocks until the news has come.
    ///
    /// - Gives: how often it was let in before, and when it was refused.
    func countUntilRefused(_ token: Credential) async throws -> (accepted: Int, end: ContinuousClock.Instant) {
        let deadline = ContinuousClock.now + .seconds(30)
        var accepted = 0
        while ContinuousClock.now < deadline {
            if try await believe(token).status == 401 { return (accepted, .now) }
            accepted += 1
        }
        throw ScenarioFailure(expectation: "the news comes", seen: "\(accepted) requests let in within 30 s")
    }
}

extension RunningStack {
    /// Gives an account exactly these roles.
    fileprivate func setRoles(_ roles: [String], of user: SignedInUser) async throws {
        let body: JSONObject = ["username": .string(user.name), "roles": .array(roles.map { .string($0) })]
        try await operate("POST", "users/roles", on: .identityProvider, body)
            .requireSuccess("setting the roles of \(user.name)")
    }
}
