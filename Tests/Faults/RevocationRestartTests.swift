import Testing
import Tokens

@testable import Stack

extension Faults {
    /// Whoever is away when something is revoked hears of it, by either way of delivery, before it lets anybody in.
    @Suite("Revocation and kill -9", .timeLimit(.minutes(5))) struct RevocationRestartTests {
        @Test(arguments: ["poll", "push"])
        func `what is revoked stays revoked, whoever was killed in between`(delivery: String) async throws {
            try await FaultyStack.run(variables: { _, _ in ["GATEHOUSE_REVOCATIONS_DELIVERY": delivery] }) { stack in
                let running = stack.running
                var users: [SignedInUser] = []
                for name in ["ada", "ben", "cleo", "dora"] { users.append(try await running.makeUser(name)) }
                let (ada, ben, cleo, dora) = (users[0].name, users[1].name, users[2].name, users[3].name)
                func orders() async throws -> [Int] {
                    var statuses: [Int] = []
                    for user in users {
                        let url = "\(running.address(of: .ordersAPI))/orders"
                        statuses.append(try await running.send("GET", url, user.accessToken).status)
                    }
                    return statuses
                }
                #expect(try await running.revoke(.user(ada)).isComplete)
                #expect(try await orders() == [401, 200, 200, 200])

                // A receiver that was away begins with what it has missed, and with what it knew before.
                try await stack.kill(.ordersAPI)
                try await revoke(ben, on: running)
                try await stack.start(.ordersAPI)
                #expect(try await orders() == [401, 401, 200, 200])

                // An issuer that ends as soon as it has answered has lost nothing, and its streams go on.
                try await revoke(cleo, on: running)
                try await stack.kill(.identityProvider)
                try await stack.start(.identityProvider)
                let last = try await running.revoke(.user(dora), waitingMax: .seconds(30))
                #expect(last.isComplete, "\(last.lines)")
                #expect(try await orders() == [401, 401, 401, 401])
            }
        }

        /// Without waiting for anybody to hear of it.
        private func revoke(_ user: String, on stack: RunningStack) async throws {
            try await stack.operate("POST", "revocations", on: .identityProvider, ["username": .string(user)])
                .requireSuccess("revoking \(user)")
        }
    }
}
