import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("A flood of connections", .timeLimit(.minutes(10))) struct FloodTests {
        /// What somebody does with a connection in order to keep others out.
        fileprivate enum Holding: CaseIterable {
            case saysNothing
            /// A request's head, and never its end.
            case sendsHalfHead
            /// A head that promises a body, and a byte of it.
            case sendsHalfBody
        }

        @Test func `at every listener at once: whoever comes for something is served`() async throws {
            let countOfEach = Extent.count(20, long: 600)
            if Extent.isLong { Extent.raiseOpenFiles() }
            try await FaultyStack.run { stack in
                let user = try await stack.running.makeUser("calm")
                var crowd: [RawPeer] = []
                for service in StackService.all {
                    for holding in Holding.allCases {
                        for _ in 0..<countOfEach { crowd.append(try await Self.hold(holding, service, of: stack.plan)) }
                        // The operations listener has fewer places: nobody but the house should reach it.
                        for _ in 0..<min(countOfEach, 40) {
                            crowd.append(try await Self.hold(holding, stack.plan.ports.operationsPort(of: service)))
                        }
                    }
                }
                // Connections of its own, not those from before the flood.
                let client = try StackClient(trusting: stack.plan.folder)
                let begin = ContinuousClock.now
                let order = Call(
                    json: ["item": "lamp", "quantity": 1],
                    "POST",
                    "\(stack.running.address(of: .gateway))/orders",
                    user.accessToken
                )
                #expect(try await client.send(order).status == 201)
                for service in StackService.all {
                    let ready = try await client.send(Call(url: "\(stack.running.operations(of: service))/ready"))
                    #expect(ready.status == 200, "\(service.name)")
                }
                let wait = Int((ContinuousClock.now - begin) / .milliseconds(1))
                let stillOpen = crowd.count { $0.isOpen }
                Figures.print(
                    "a flood",
                    "\(crowd.count) connections, \(stillOpen) open: six requests served in \(wait) ms"
                )
                await client.shutdown()
                for peer in crowd { peer.close() }
            }
        }

        @Test func `a full house: those who waste its places are sent away, and who waited is served`() async throws {
            let placeCount = 20
            let variables: FaultyStack.Variables = ["GATEHOUSE_LIMITS_CONNECTIONS_MAX": String(placeCount)]
            try await FaultyStack.run(variables: { service, _ in service.name == "orders-api" ? variables : [:] }) {
                stack in
                let user = try await stack.running.makeUser("patient")
                var silent: [RawPeer] = []
                // A burst may bring in three more than there are places.
                for _ in 0..<placeCount + 5 {
                    silent.append(try await Self.hold(.saysNothing, .ordersAPI, of: stack.plan))
                }
                let begin = ContinuousClock.now
                let client = RetryingClient(stack: stack.running, journal: Journal())
                let list = Call(json: nil, "GET", "\(stack.running.address(of: .ordersAPI))/orders", user.accessToken)
                #expect(try await client.send(list).status == 200)
                Figures.print(
                    "a full house",
                    "served after \(Int((ContinuousClock.now - begin) / .milliseconds(1))) ms"
                )
                // Nobody had to be asked to go.
                for peer in silent.prefix(placeCount) { _ = await peer.rest() }
            }
        }

        @Test func `slow-loris: a byte now and then moves no deadline`() async throws {
            try await FaultyStack.run([.identityProvider]) { stack in
                let peer = try await RawPeer.connect(toTLSOf: .identityProvider, of: stack.plan)
                let begin = ContinuousClock.now
                try await peer.write("GET /oauth2/jwks.json HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
                let dribbling = Task {
                    while peer.isOpen {
                        try await peer.write("x")
                        try await Task.sleep(for: .milliseconds(200))
                    }
                }
                #expect(await peer.rest().hasPrefix("HTTP/1.1 408"))
                dribbling.cancel()
                Figures.print(
                    "slow-loris",
                    "sent away after \(Int((ContinuousClock.now - begin) / .milliseconds(1))) ms"
                )
            }
        }

        private static func hold(_ holding: Holding, _ service: StackService, of plan: StackPlan) async throws
            -> RawPeer
        {
            guard holding != .saysNothing else { return try await hold(holding, plan.ports.port(of: service)) }
            let peer = try await RawPeer.connect(toTLSOf: service, of: plan)
            peer.begin(holding.text)
            return peer
        }

        private static func hold(_ holding: Holding, _ port: Int) async throws -> RawPeer {
            let peer = try await RawPeer.connect(to: port)
            if holding != .saysNothing { peer.begin(holding.text) }
            return peer
        }
    }
}

extension Faults.FloodTests.Holding {
    fileprivate var text: String {
        let head = "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\n"
        return self == .sendsHalfBody ? "\(head)Content-Length: 1000\r\n\r\nx" : head
    }
}
