import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import Tokens

@Suite("POST /orders/{id}/cancel")
struct CancelOrderTests {
    @Test func `cancelling twice is cancelling once`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            let id = try await orders.place(token)
            let first = try await orders.post("/orders/\(id)/cancel", token)
            orders.house.clock.advance(bySeconds: 60)
            let second = try await orders.post("/orders/\(id)/cancel", token)
            #expect(first.status == .ok)
            #expect(try first.document["status"] == "cancelled")
            #expect(try first.document["cancelledAt"] == .integer(House.epoch.secondsSinceEpoch))
            #expect(try second.document == first.document)
            #expect(try await orders.get("/orders/\(id)", token).document["status"] == "cancelled")
        }
    }

    @Test func `a stranger's cancelling finds nothing and changes nothing`() async throws {
        try await OrdersUnderTest.run { orders in
            let id = try await orders.place(orders.token())
            #expect(try await orders.post("/orders/\(id)/cancel", orders.token("user-bob")).status == .notFound)
            #expect(try await orders.get("/orders/\(id)", orders.token()).document["status"] == "placed")
        }
    }

    @Test func `an administrator cancels without learning where somebody lives`() async throws {
        try await OrdersUnderTest.run { orders in
            let id = try await orders.place(orders.token())
            let administrator = try orders.token("user-root", scope: ["orders:write", "orders:admin"])
            let response = try await orders.post("/orders/\(id)/cancel", administrator)
            #expect(try response.document["status"] == "cancelled")
            #expect(try response.document["shippingAddress"] == nil)
            #expect(try await orders.post("/orders/nosuchorder/cancel", administrator).status == .notFound)
        }
    }

    @Test func `orders:admin alone does not write`() async throws {
        try await OrdersUnderTest.run { orders in
            let id = try await orders.place(orders.token())
            let token = try orders.token("user-root", scope: ["orders:admin"])
            #expect(try await orders.post("/orders/\(id)/cancel", token).status == .forbidden)
        }
    }
}
