import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("Clocks that disagree", .timeLimit(.minutes(10))) struct ClockTests {
        /// What happens while one service is off and the others agree.
        ///
        /// Ahead means that its clock shows so many seconds more than the others'; behind, that theirs show more. Within
        /// `Bounds.clockSkewSeconds` nobody notices.
        private struct Skew: Sendable, CustomStringConvertible {
            let service: StackService
            let seconds: Int64
            /// `POST /orders` at the gateway: two tokens of the provider, one exchange, three verifiers.
            let order: String
            /// `GET /users/me` at Users: one token, one verifier.
            let profile: String

            var description: String { "\(service.name) \(seconds > 0 ? "ahead" : "behind") by \(abs(seconds)) s" }
        }

        /// Who is ahead sees others' tokens as older than they are: within their lifetime nothing happens. Who is behind sees
        /// tokens of the future, and refuses them: an issuer whose clock runs ahead could make tokens outlive their time.
        private static let table: [Skew] = [
            Skew(service: .identityProvider, seconds: 120, order: "401 invalid_token", profile: "401 invalid_token"),
            Skew(service: .identityProvider, seconds: -120, order: "201", profile: "200"),
            Skew(service: .tokenExchange, seconds: 120, order: "500 server_error", profile: "200"),
            Skew(service: .tokenExchange, seconds: -120, order: "403 insufficient_scope", profile: "200"),
            Skew(service: .ordersAPI, seconds: 120, order: "201", profile: "200"),
            Skew(service: .ordersAPI, seconds: -120, order: "401 invalid_token", profile: "200"),
            Skew(service: .usersAPI, seconds: 120, order: "500 server_error", profile: "200"),
            Skew(service: .usersAPI, seconds: -120, order: "500 server_error", profile: "401 invalid_token"),
            Skew(service: .gateway, seconds: 120, order: "201", profile: "200"),
            Skew(service: .gateway, seconds: -120, order: "401 invalid_token", profile: "200"),
            // A jump: beyond every lifetime.
            Skew(service: .identityProvider, seconds: 3_600, order: "401 invalid_token", profile: "401 invalid_token"),
            Skew(service: .tokenExchange, seconds: 3_600, order: "403 insufficient_scope", profile: "200"),
            Skew(service: .ordersAPI, seconds: 3_600, order: "401 invalid_token", profile: "200"),
            Skew(service: .usersAPI, seconds: 3_600, order: "500 server_error", profile: "401 invalid_token"),
            Skew(service: .gateway, seconds: 3_600, order: "401 invalid_token", profile: "200"),
        ]

        @Test func `whoever is off: the answer of the table, and all is well once they agree`() async throws {
            try await FaultyStack.run { stack in
                let user = try await stack.running.makeUser("clock")
                for skew in Self.table {
                    // Past the life of whatever was held from before: each service asks for its own token anew.
                    for service in StackService.all { try await stack.advance(service, bySeconds: 700) }
                    let others = StackService.all.filter { $0.name != skew.service.name }
                    let (ahead, behind) = skew.seconds > 0 ? ([skew.service], others) : (others, [skew.service])
                    for service in ahead { try await stack.advance(service, bySeconds: abs(skew.seconds)) }
                    let seen = try await Self.ask(as: user, stack.running)
                    #expect(seen.order == skew.order, "\(skew)")
                    #expect(seen.profile == skew.profile, "\(skew)")

                    for service in behind { try await stack.advance(service, bySeconds: abs(skew.seconds)) }
                    let recovered = try await Self.ask(as: user, stack.running)
                    #expect(recovered == ("201", "200"), "after \(skew)")
                }
            }
        }

        /// Signs in, and asks at once.
        private static func ask(as user: SignedInUser, _ stack: RunningStack) async throws -> (
            order: String, profile: String
        ) {
            let atOrders = try await stack.signInAgain(user)
            let atUsers = try await stack.signInAgain(user, resource: Audience.users)
            let profile = try await stack.send("GET", "\(stack.address(of: .usersAPI))/users/me", atUsers.accessToken)
            return (try await stack.placeOrder("lamp", atOrders.accessToken).summary, profile.summary)
        }

        @Test func `all jump by a day at once: a token of before is refused, the refresh token goes on`() async throws {
            try await FaultyStack.run { stack in
                let user = try await stack.running.makeUser("jump")
                for service in StackService.all { try await stack.advance(service, bySeconds: 86_400) }
                #expect(try await stack.running.listOrders(user.accessToken).summary == "401 invalid_token")
                let refreshed = try await stack.running.refreshed(user)
                #expect(try await stack.running.placeOrder("lamp", refreshed.accessToken).status == 201)
            }
        }
    }
}
