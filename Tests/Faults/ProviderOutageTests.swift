import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("A provider that answers garbage, or never", .timeLimit(.minutes(10))) struct ProviderOutageTests {
        @Test
        func `live tokens go on, what needs the provider is 503 with a time to come back, and all recovers by itself`()
            async throws
        {
            try await Self.behindFront { stack, front in
                let caller = try await Caller(on: stack.running)
                for behaviour in Misbehaviour.Kind.allCases {
                    front.behave(behaviour)
                    // Started in the outage, they have never seen a key.
                    for service in [StackService.ordersAPI, .tokenExchange] {
                        try await stack.kill(service)
                        try await stack.launch(service)
                    }
                    let (orders, exchange) = try await caller.askWithoutKeys()
                    if behaviour.isReadableKeySet {
                        // Its word, and no outage: with these keys it has signed nothing.
                        #expect(orders.summary == "401 invalid_token", "while it \(behaviour)")
                        #expect(exchange.status == 400, "while it \(behaviour)")
                    } else {
                        for answer in [orders, exchange] {
                            #expect(answer.summary == "503 temporarily_unavailable", "while it \(behaviour)")
                            #expect(answer.header("retry-after") != nil, "while it \(behaviour)")
                        }
                    }
                    #expect(try await caller.askWithKeys().status == 200, "a live token while it \(behaviour)")
                    front.behave(nil)
                    // Unknown keys are asked for once in ten seconds.
                    if behaviour.isReadableKeySet {
                        try await stack.running.advance([.ordersAPI, .tokenExchange], bySeconds: 10)
                    }
                    #expect(try await caller.placeOrder().status == 201, "after it \(behaviour)")
                }
            }
        }

        /// A stack whose provider is reached through a front that can be told to misbehave.
        private static func behindFront(_ body: (FaultyStack, ProviderFront) async throws -> Void) async throws {
            // The block of ports of a stack has room after the last service.
            @Sendable func realPort(_ plan: StackPlan) -> Int { plan.ports.port(of: .usersAPI) + 1 }
            let variables: @Sendable (StackService, StackPlan) -> FaultyStack.Variables = { service, plan in
                // A provider that never answers is given up after a second.
                let limits = [
                    "GATEHOUSE_LIMITS_UPSTREAM_TIMEOUT_SECONDS": "1", "GATEHOUSE_LIMITS_PROVIDER_TIMEOUT_SECONDS": "1",
                ]
                switch service.name {
                case "identity-provider": return ["GATEHOUSE_PORT": String(realPort(plan))]
                case "gateway": return [:]
                default: return limits
                }
            }
            try await FaultyStack.run([.identityProvider], variables: variables) { stack in
                let front = try await ProviderFront.listen(stack.plan, realPort: realPort(stack.plan))
                for service in StackService.all.dropFirst() { try await stack.launch(service) }
                for service in StackService.all.dropFirst() { try await stack.waitUntilReady(service) }
                try await body(stack, front)
                try await front.close()
            }
        }
    }
}

/// Somebody who got their tokens before the outage.
private struct Caller {
    private let stack: RunningStack
    private let client: RetryingClient
    private let user: SignedInUser
    private let atUsers: SignedInUser
    private let actorToken: Credential

    init(on stack: RunningStack) async throws {
        self.stack = stack
        client = RetryingClient(stack: stack, journal: Journal())
        user = try await stack.makeUser("caller")
        atUsers = try await stack.signInAgain(user, resource: Audience.users)
        actorToken = try await stack.serviceToken(of: .ordersAPI)
    }

    /// Orders and the exchange, which know no key: as soon as they listen.
    func askWithoutKeys() async throws -> (orders: Answer, exchange: Answer) {
        let list = Call(json: nil, "GET", "\(stack.address(of: .ordersAPI))/orders", user.accessToken)
        let exchange = ExchangeRequest(subjectToken: user.accessToken, actorToken: actorToken).call(on: stack)
        return (try await client.firstAnswer(list), try await client.firstAnswer(exchange))
    }

    /// Users, which has fetched the keys before.
    func askWithKeys() async throws -> Answer {
        try await stack.send("GET", "\(stack.address(of: .usersAPI))/users/me", atUsers.accessToken)
    }

    /// Through everybody.
    func placeOrder() async throws -> Answer {
        let url = "\(stack.address(of: .gateway))/orders"
        return try await client.send(Call(json: ["item": "lamp", "quantity": 1], "POST", url, user.accessToken))
    }
}

extension Misbehaviour.Kind {
    /// A set without a key for us is a set.
    fileprivate var isReadableKeySet: Bool { self == .hasNoKeys || self == .hasNoUsableKeys }
}
