import Testing
import Tokens

@testable import Stack

extension Faults {
    /// A key that an operator takes out of use while services hold tokens and key sets with it.
    @Suite("A stolen key", .timeLimit(.minutes(5))) struct StolenKeyTests {
        @Test(arguments: [StackService.identityProvider, .tokenExchange].map(\.name))
        func `goes at once: what it signed is refused, nobody is signed out, and orders go on`(name: String)
            async throws
        {
            let issuer = try #require(StackService.all.first { $0.name == name })
            try await FaultyStack.run { stack in
                let running = stack.running
                let user = try await running.makeUser("keyed")
                let exchanged = try await exchangedToken(for: user, on: running)
                try await place(with: user, on: running, expecting: [201])
                let keyID =
                    try UnverifiedToken.decodeWithoutVerifying(
                        issuer.name == "token-exchange" ? exchanged : user.accessToken
                    ).header["kid"]?.string ?? ""
                try await running.operate("POST", "keys/revoke", on: issuer, ["kid": .string(keyID)])
                    .requireSuccess("revoking a key")
                #expect(try await running.keySet(of: issuer)[keyID] == nil)

                // What was exchanged dies with either key: the exchange's own, or that of the token which it was made from.
                try await eventually {
                    let answer = try await running.readShippingAddress(
                        of: user.subject,
                        exchanged,
                        certificate: "orders-api"
                    )
                    return answer.status == 401
                }
                if issuer.name == "identity-provider" {
                    try await eventually { try await running.listOrders(user.accessToken).status == 401 }
                }
                let later = issuer.name == "identity-provider" ? try await running.refreshed(user) : user
                // A service whose own token died with the key asks for another: at most one order has to be tried again.
                try await place(with: later, on: running, expecting: [503, 201])
            }
        }

        /// Asks again and again, for ten seconds at most.
        private func eventually(_ isSo: () async throws -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(10)
            while try await !isSo() { try #require(ContinuousClock.now < deadline) }
        }

        private func exchangedToken(for user: SignedInUser, on stack: RunningStack) async throws -> Credential {
            let actorToken = try await stack.serviceToken(of: .ordersAPI)
            let request = ExchangeRequest(subjectToken: user.accessToken, actorToken: actorToken)
            return try stack.readTokens(try await stack.exchange(request), "the exchange").accessToken
        }

        /// Places an order; the answers are the last of those expected, after any number of the others.
        private func place(with user: SignedInUser, on stack: RunningStack, expecting statuses: [Int]) async throws {
            try await eventually {
                let status = try await stack.placeOrder("lamp", user.accessToken).status
                #expect(statuses.contains(status))
                return status == statuses.last
            }
        }
    }
}
