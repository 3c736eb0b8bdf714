import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import TokenClient
import Tokens

@Suite("GET /orders and /orders/{id}")
struct ReadOrdersTests {
    @Test func `orders come newest first, page by page, each once`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            for item in ["a", "b", "c", "d", "e"] {
                _ = try await orders.place(token, item: item)
                orders.house.clock.advance(bySeconds: 1)
            }
            #expect(try await orders.items(token) == ["e", "d", "c", "b", "a"])
            let first = try await orders.get("/orders?limit=2", token).document
            let next = try #require(first["next"]?.string)
            #expect(try await orders.items(token, "?limit=2") == ["e", "d"])
            #expect(try await orders.items(token, "?limit=2&after=\(next)") == ["c", "b"])
            #expect(try await orders.get("/orders?limit=5", token).document["next"] == nil)
        }
    }

    @Test func `orders of the same second are listed once each`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            for item in ["a", "b", "c"] { _ = try await orders.place(token, item: item) }
            var (seen, query) = ([String](), "?limit=1")
            for _ in 0..<3 {
                let page = try await orders.get("/orders\(query)", token).document
                seen += try await orders.items(token, query)
                query = "?limit=1&after=\(page["next"]?.string ?? "")"
            }
            #expect(seen.sorted() == ["a", "b", "c"])
        }
    }

    @Test(arguments: [
        ("?limit=1", 200), ("?limit=100", 200), ("?limit=0", 400), ("?limit=101", 400), ("?limit=-1", 400),
        ("?limit=x", 400), ("?limit=1&limit=2", 400), ("?after=nosuchorder", 400), ("?after=%00", 400),
        ("?other=1", 200),
    ])
    func `a page is bounded and its cursor known`(query: String, status: Int) async throws {
        try await OrdersUnderTest.run { orders in
            let response = try await orders.get("/orders\(query)", orders.token())
            #expect(response.status.code == status)
        }
    }

    @Test func `nobody reads somebody else's order, whatever their scopes`() async throws {
        try await OrdersUnderTest.run { orders in
            let id = try await orders.place(orders.token())
            #expect(try await orders.get("/orders/\(id)", orders.token()).status == .ok)
            for scope in [["orders:read"], ["orders:read", "orders:admin"]] as [ScopeSet] {
                let bob = try orders.token("user-bob", scope: scope)
                let foreign = try await orders.get("/orders/\(id)", bob)
                let unknown = try await orders.get("/orders/nosuchorder", bob)
                #expect(foreign.status == .notFound)
                #expect(try foreign.document["code"] == unknown.document["code"])
                #expect(try await orders.get("/orders/\(id)/receipt", bob).status == .notFound)
                #expect(try await orders.items(bob) == [])
                // A foreign order is no cursor either: it would tell when it was placed.
                #expect(try await orders.get("/orders?after=\(id)", bob).status == .badRequest)
            }
            #expect(orders.house.network.requests(to: "\(House.usersAddress)/internal/users/user-bob").isEmpty)
        }
    }
}
