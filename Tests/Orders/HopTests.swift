import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import TokenClient
import Tokens

@Suite("GET /orders/{id}/receipt")
struct OrderReceiptTests {
    @Test func `a receipt says what Users says now, and no more than it needs`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            let id = try await orders.place(token)
            orders.house.network.answer(
                "\(House.usersAddress)/internal/users/user-alice/summary",
                .json(["name": "Alice", "email": .null, "orderCount": 1, "passwordHint": "rabbit"])
            )
            let receipt = try await orders.get("/orders/\(id)/receipt", token).document
            #expect(receipt["customer"] == ["name": "Alice", "email": .null, "orderCount": 1])
            #expect(receipt["order"]?.object?["id"] == .string(id))
            let form = try #require(orders.house.network.requests(to: House.exchangeTokenEndpoint).last?.body)
            #expect(try FormParameters(reading: form).optional("scope") == "users.summary:read")
        }
    }

    @Test func `Users is not asked about an order that is not there`() async throws {
        try await OrdersUnderTest.run { orders in
            let response = try await orders.get("/orders/nosuchorder/receipt", orders.token())
            #expect(response.status == .notFound)
            #expect(orders.house.network.requests(to: House.exchangeTokenEndpoint).isEmpty)
        }
    }
}

@Suite("GET /internal/users/{id}/order-count")
struct OrderCountTests {
    @Test func `Users counts a user's orders on that user's behalf`() async throws {
        try await OrdersUnderTest.run { orders in
            for _ in 0..<2 { _ = try await orders.place(orders.token()) }
            _ = try await orders.place(orders.token("user-bob"))
            let token = try orders.house.exchangedToken(actor: "users-api") { $0.scope = ["orders.count:read"] }
            let response = try await orders.get("/internal/users/user-alice/order-count", token)
            #expect(try response.document == ["orderCount": 2])
        }
    }

    @Test(arguments: ["user-bob", "user-alice2", "user-alic%65", "*"])
    func `a token for Alice counts nobody else's orders`(user: String) async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.house.exchangedToken(actor: "users-api") { $0.scope = ["orders.count:read"] }
            #expect(try await orders.get("/internal/users/\(user)/order-count", token).status == .forbidden)
        }
    }
}
