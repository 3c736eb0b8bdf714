import Subprocess
import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("SIGTERM under load", .timeLimit(.minutes(10))) struct GracefulRestartTests {
        @Test func `each service is restarted in turn, and no client sees a request fail`() async throws {
            try await FaultyStack.run { stack in
                // Whatever a service has begun it also answers: nobody has to ask for the same order twice.
                let summary = try await Load.run(on: stack, ordersHaveKeys: false) { journal in
                    for _ in 0..<Extent.count(1, long: 10) {
                        for service in StackService.all {
                            try await journal.pass(20)
                            #expect(try await stack.stop(service) == .exited(0), "\(service.name)")
                            try await stack.start(service)
                        }
                    }
                }
                Figures.print("restarts", "\(Extent.count(5, long: 50)) restarts; \(summary)")
            }
        }

        @Test func `a request that was under way is answered before its service ends`() async throws {
            try await FaultyStack.run { stack in
                let calls = try await Self.calls(on: stack.running)
                for (service, first, call) in calls {
                    let address = stack.running.address(of: service)
                    let peer = try await RawPeer.connect(
                        toTLSOf: service,
                        of: stack.plan,
                        certificate: call.certificate
                    )
                    let (head, body) = call.wireText(to: address)
                    let half = body.prefix(body.count / 2)
                    // In one piece: when the GET is answered, half of the other has arrived.
                    try await peer.write("GET \(first) HTTP/1.1\r\nHost: localhost\r\n\r\n\(head)\(half)")
                    let answered = await peer.next() ?? ""
                    try stack.beginStop(service)
                    try await Self.waitUntilClosed(stack.plan.ports.port(of: service))
                    try await peer.write(String(body.dropFirst(half.count)))
                    let answers = (answered + (await peer.rest())).matches(of: /HTTP\/1.1 (\d{3})/).map(\.output.1)
                    #expect(answers.count == 2 && answers.last?.first == "2", "\(service.name): \(answers)")
                    #expect(try await stack.end(of: service) == .exited(0), "\(service.name)")
                    try await stack.start(service)
                }
            }
        }

        /// For each service a request that it carries out, and a path that it answers without a token.
        private static func calls(on stack: RunningStack) async throws -> [(StackService, String, Call)] {
            let atOrders = try await stack.makeUser("drain")
            let atUsers = try await stack.signInAgain(atOrders, resource: Audience.users)
            let order: JSONObject = ["item": "lamp", "quantity": 1]
            func api(
                _ service: StackService,
                _ method: String,
                _ path: String,
                _ user: SignedInUser,
                _ body: JSONObject
            ) -> Call {
                Call(json: body, method, "\(stack.address(of: service))\(path)", user.accessToken)
            }
            let refresh = Call(
                form: [
                    ("grant_type", "refresh_token"), ("client_id", RunningStack.demoClient),
                    ("refresh_token", try atOrders.refreshToken().exposed),
                ],
                to: "\(stack.address(of: .identityProvider))/oauth2/token"
            )
            let exchange = ExchangeRequest(
                subjectToken: atOrders.accessToken,
                actorToken: try await stack.serviceToken(of: .ordersAPI)
            )
            let address = Address.example(for: "Drain").document
            return [
                (.gateway, "/orders", api(.gateway, "POST", "/orders", atOrders, order)),
                (.ordersAPI, "/orders", api(.ordersAPI, "POST", "/orders", atOrders, order)),
                (.usersAPI, "/users/me", api(.usersAPI, "PUT", "/users/me/address", atUsers, address)),
                (.tokenExchange, "/oauth2/jwks.json", exchange.call(on: stack)),
                (.identityProvider, "/oauth2/jwks.json", refresh),
            ]
        }

        /// The listener is what a service closes first.
        private static func waitUntilClosed(_ port: Int) async throws {
            while let peer = try? await RawPeer.connect(to: port) {
                peer.close()
                await Task.yield()
            }
        }
    }
}
