import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    /// Services check tokens by themselves, and yet what is revoked at the provider is refused by all of them.
    @Suite("Revocation") struct RevocationTests {
        /// One session at a user's device: a token for Orders, one for Users, and one that Orders has made of the first.
        private struct Device {
            let user: SignedInUser
            let atUsers: TokenResponse
            let exchanged: Credential

            init(_ stack: RunningStack) async throws {
                user = try await stack.makeUser("vera")
                atUsers = try stack.readTokens(
                    await stack.refresh(user.refreshToken(), resource: Audience.users),
                    "refreshing for Users"
                )
                let service = try await stack.serviceToken(of: .ordersAPI)
                let exchange = try await stack.exchange(
                    ExchangeRequest(subjectToken: user.accessToken, actorToken: service)
                )
                exchanged = try stack.readTokens(exchange, "the exchange").accessToken
            }

            func claim(_ name: String) throws -> String {
                let payload = try UnverifiedToken.decodeWithoutVerifying(user.accessToken).payload
                return try #require(payload[name]?.string)
            }

            /// What each door answers: gateway, Orders, Users, and Users' internal route to the exchanged token.
            func knock(_ stack: RunningStack) async throws -> [Int] {
                let (orders, users) = (stack.address(of: .ordersAPI), stack.address(of: .usersAPI))
                return [
                    try await stack.listOrders(user.accessToken).status,
                    try await stack.send("GET", "\(orders)/orders", user.accessToken).status,
                    try await stack.send("GET", "\(users)/users/me", atUsers.accessToken).status,
                    try await stack.readShippingAddress(of: user.subject, exchanged, certificate: "orders-api").status,
                ]
            }

            func refresh(_ stack: RunningStack) async throws -> Answer {
                try await stack.refresh(#require(atUsers.refreshToken))
            }
        }

        private func revoke(_ order: RevocationOrder) async throws {
            let revocation = try await stack().revoke(order)
            #expect(revocation.isComplete, "\(revocation.lines)")
        }

        @Test func `a revoked user is refused at every door, and comes back by signing in`() async throws {
            let stack = try stack()
            let (device, bystander) = (try await Device(stack), try await Device(stack))
            #expect(try await device.knock(stack) == [200, 200, 200, 200])
            try await revoke(.user(device.user.name))
            #expect(try await device.knock(stack) == [401, 401, 401, 401])
            #expect(try await device.refresh(stack).errorCode == "invalid_grant")
            #expect(try await bystander.knock(stack) == [200, 200, 200, 200])
            let again = try await stack.signInAgain(device.user)
            #expect(try await stack.placeOrder("lamp", again.accessToken).status == 201)
        }

        @Test func `a revoked session ends, another one of the same user goes on`() async throws {
            let stack = try stack()
            let device = try await Device(stack)
            let laptop = try await stack.signInAgain(device.user)
            try await revoke(.session(device.claim("sid")))
            #expect(try await device.knock(stack) == [401, 401, 401, 401])
            #expect(try await device.refresh(stack).errorCode == "invalid_grant")
            #expect(try await stack.listOrders(laptop.accessToken).status == 200)
            #expect(try await stack.listOrders(stack.refreshed(laptop).accessToken).status == 200)
        }

        @Test(arguments: [true, false])
        func `a revoked token dies with what was made of it; its session goes on`(isByID: Bool) async throws {
            let stack = try stack()
            let device = try await Device(stack)
            try await revoke(.token(isByID ? Credential(device.claim("jti")) : device.user.accessToken))
            #expect(try await device.knock(stack) == [401, 401, 200, 401])
            let next = try stack.readTokens(await device.refresh(stack), "refreshing")
            #expect(try await stack.listOrders(next.accessToken).status == 200)
        }

        @Test func `a revoked client loses what users gave it; the users themselves go on`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("vito")
            let shop = try await ThirdPartyApp.register(on: stack)
            let tokens = try await shop.signIn(user)
            #expect(try await stack.listOrders(tokens.accessToken).status == 200)
            try await revoke(.client(shop.client.id))
            #expect(try await stack.listOrders(tokens.accessToken).status == 401)
            let refresh = try await shop.client.refresh(#require(tokens.refreshToken))
            #expect(refresh.errorCode == "invalid_grant")
            #expect(try await stack.listOrders(user.accessToken).status == 200)
            let another = try await shop.signIn(stack.makeUser("viola"))
            #expect(try await stack.listOrders(another.accessToken).status == 200)
        }

        @Test func `nothing is made of a revoked token`() async throws {
            let stack = try stack()
            let device = try await Device(stack)
            try await revoke(.session(device.claim("sid")))
            let service = try await stack.serviceToken(of: .ordersAPI)
            let answer = try await stack.exchange(
                ExchangeRequest(subjectToken: device.user.accessToken, actorToken: service)
            )
            #expect(answer.status == 400 && answer.errorCode == "invalid_request")
        }

        @Test func `who signs out is signed out everywhere, without an operator`() async throws {
            let stack = try stack()
            let device = try await Device(stack)
            let url = "\(stack.address(of: .identityProvider))/auth/logout"
            let body: JSONObject = [
                "client_id": .string(RunningStack.demoClient),
                "refresh_token": .string(try #require(device.atUsers.refreshToken).exposed),
            ]
            try await stack.post(url, body).requireSuccess("signing out")
            try await eventually("every door refuses") { try await device.knock(stack) == [401, 401, 401, 401] }
        }

        @Test func `a token that its client gives back is refused everywhere`() async throws {
            let stack = try stack()
            let device = try await Device(stack)
            try await stack.revoke(device.user.accessToken, of: RunningStack.demoClient)
            try await eventually("three doors refuse") { try await device.knock(stack) == [401, 401, 200, 401] }
        }
    }
}
