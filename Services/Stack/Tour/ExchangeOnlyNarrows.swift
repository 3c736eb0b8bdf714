import Tokens

/// 5: an exchange never gives more than came in, never to anybody else, never for anywhere else.
struct ExchangeOnlyNarrows: Scenario {
    static let number = 5
    static let title = "An exchange for more scope, another audience, or with somebody else's token is refused"

    /// One request that differs from the good one in one thing.
    private struct Attempt {
        let what: String
        let request: ExchangeRequest
        let status: Int
        let code: String
        let why: String
    }

    func run(on stack: RunningStack, telling story: Story) async throws {
        let user = try await stack.makeUser("gus")
        let good = ExchangeRequest(
            subjectToken: user.accessToken,
            actorToken: try await stack.serviceToken(of: .ordersAPI)
        )
        let accepted = try await stack.exchange(good)
        try require(accepted, 200, "the request from which all others differ in one thing")
        try story.token("the subject token", good.subjectToken, on: stack)
        story.request("orders-api", "audience Users, scope users.address:read")
        story.answer(accepted, "granted: this is the request that the others change in one thing")

        for attempt in try await attempts(good, user, stack) {
            let answer = try await stack.exchange(attempt.request)
            story.request("orders-api", attempt.what)
            try require(answer, attempt.status, attempt.code, attempt.what)
            story.answer(answer, attempt.why)
        }
        try require(try await stack.exchange(good), 200, "the good request is still good")
    }

    private func attempts(
        _ good: ExchangeRequest,
        _ user: SignedInUser,
        _ stack: RunningStack
    ) async throws -> [Attempt] {
        func changed(_ change: (inout ExchangeRequest) -> Void) -> ExchangeRequest {
            var request = good
            change(&request)
            return request
        }
        let atUsers = try await stack.signInAgain(user, resource: Audience.users)
        let readOnly = try await stack.signInAgain(user, scope: "orders:read")
        let ofUsersAPI = try await stack.serviceToken(of: .usersAPI)
        return [
            Attempt(
                what: "with scope profile:write",
                request: changed { $0.scope = "profile:write" },
                status: 400,
                code: "invalid_scope",
                why: "the policy derives no such scope for this hop"
            ),
            Attempt(
                what: "from a token that may only read orders",
                request: changed { $0.subjectToken = readOnly.accessToken },
                status: 400,
                code: "invalid_scope",
                why: "the address is derived from orders:write, which the user did not give"
            ),
            Attempt(
                what: "for the audience https://payments.example",
                request: changed { $0.audience = "https://payments.example" },
                status: 400,
                code: "invalid_target",
                why: "nobody the policy knows"
            ),
            Attempt(
                what: "for its own audience again",
                request: changed { $0.audience = Audience.orders },
                status: 400,
                code: "invalid_target",
                why: "a token does not get younger by an exchange"
            ),
            Attempt(
                what: "without an audience",
                request: changed { $0.audience = nil },
                status: 400,
                code: "invalid_target",
                why: "a token for everywhere is not made"
            ),
            Attempt(
                what: "with a token that the user gave to Users",
                request: changed { $0.subjectToken = atUsers.accessToken },
                status: 400,
                code: "invalid_request",
                why: "only who was meant by a token may exchange it"
            ),
            Attempt(
                what: "with the service token of users-api",
                request: changed { $0.actorToken = ofUsersAPI },
                status: 400,
                code: "invalid_request",
                why: "that one is bound to another certificate"
            ),
            Attempt(
                what: "with the user's token as its own",
                request: changed { $0.actorToken = good.subjectToken },
                status: 400,
                code: "invalid_request",
                why: "a user is no actor"
            ),
            Attempt(
                what: "over the connection of users-api",
                request: changed { $0.certificate = "users-api" },
                status: 400,
                code: "invalid_request",
                why: "the token is bound to the certificate of Orders: a copy is worthless"
            ),
        ]
    }
}
