import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    /// What the eight stories do not tell: chains of two actors, and what users do with their orders.
    @Suite("Hops") struct HopJourneys {
        private func order(_ user: SignedInUser) async throws -> String {
            let placed = try await stack().placeOrder("lamp", user.accessToken)
            return try #require(placed.json?["id"]?.string)
        }

        private func orders(_ method: String, _ path: String, _ user: SignedInUser) async throws -> Answer {
            let stack = try stack()
            return try await stack.send(method, "\(stack.address(of: .gateway))\(path)", user.accessToken)
        }

        @Test func `a receipt goes from Orders to Users and back, with two actors in the chain`() async throws {
            let user = try await stack().makeUser("olga")
            let receipt = try await orders("GET", "/orders/\(order(user))/receipt", user)
            #expect(receipt.status == 200)
            #expect(receipt.json?["customer"]?.object?["orderCount"] == 1)
        }

        @Test func `the exchanged token of an exchanged token names both actors, the current one first`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("pia")
            let first = try await stack.exchange(
                ExchangeRequest(
                    subjectToken: user.accessToken,
                    actorToken: stack.serviceToken(of: .ordersAPI),
                    scope: "users.summary:read"
                )
            )
            let second = try await stack.exchange(
                ExchangeRequest(
                    subjectToken: stack.readTokens(first, "the first exchange").accessToken,
                    actorToken: stack.serviceToken(of: .usersAPI),
                    audience: Audience.orders,
                    scope: "orders.count:read",
                    certificate: "users-api"
                )
            )
            let token = try stack.readTokens(second, "the second exchange").accessToken
            let payload = try UnverifiedToken.decodeWithoutVerifying(token).payload
            #expect(payload["act"] == ["sub": "users-api", "act": ["sub": "orders-api"]])
            #expect(payload["sub"]?.string == user.subject)
            #expect(payload["aud"]?.string == Audience.orders)
        }

        @Test func `a user's summary asks Orders for the count with one actor`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("quin", resource: Audience.users)
            let summary = try await stack.send(
                "GET",
                "\(stack.address(of: .gateway))/users/me/summary",
                user.accessToken
            )
            #expect(summary.status == 200)
            #expect(summary.json?["orderCount"] == 0)
        }

        @Test func `a user reads and cancels an order of their own`() async throws {
            let user = try await stack().makeUser("rosa")
            let id = try await order(user)
            #expect(try await orders("GET", "/orders/\(id)", user).json?["status"]?.string == "placed")
            #expect(try await orders("POST", "/orders/\(id)/cancel", user).status == 200)
            #expect(try await orders("GET", "/orders/\(id)", user).json?["status"]?.string == "cancelled")
        }

        @Test func `another user finds no such order, an administrator may cancel it`() async throws {
            let stack = try stack()
            let owner = try await stack.makeUser("sam")
            let id = try await order(owner)
            let stranger = try await stack.makeUser("tom")
            #expect(try await orders("GET", "/orders/\(id)", stranger).status == 404)
            #expect(try await orders("POST", "/orders/\(id)/cancel", stranger).status == 404)
            let password = Credential.random()
            let name = "admin-\(Credential.random(byteCount: 6).exposed)"
            #expect(try await stack.addUser(name, password: password, roles: ["admin"]))
            let administrator = try await stack.signIn(name, password: password)
            #expect(try await orders("POST", "/orders/\(id)/cancel", administrator).status == 200)
        }
    }
}
