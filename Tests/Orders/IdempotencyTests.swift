import HTTPTypes
import HummingbirdTesting
import NIOCore
import Synchronization
import TestKit
import Testing
import TokenClient
import Tokens

@testable import Orders

/// draft-ietf-httpapi-idempotency-key-header, a String of RFC 9651 §3.3.3.
@Suite("POST /orders with an Idempotency-Key")
struct IdempotencyTests {
    static let teapot = #"{"item":"Teapot","quantity":1}"#

    @Test func `asked twice by the same key there is one order, and one answer to the byte`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            let first = try await orders.post("/orders", token, Self.teapot, keys: [#""a""#])
            let id = try #require(try first.document["id"]?.string)
            // The order goes on living; the answer does not change with it.
            orders.house.clock.advance(bySeconds: 60)
            #expect(try await orders.post("/orders/\(id)/cancel", token).status == .ok)
            let second = try await orders.post("/orders", token, Self.teapot, keys: [#""a""#])
            #expect(first.status == .created)
            #expect(second.status == .created)
            #expect(second.body == first.body)
            #expect(second.headers[.location] == "/orders/\(id)")
            #expect(try await orders.items(token) == ["Teapot"])
        }
    }

    @Test func `without a key, or with another, each request is an order`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            for keys in [[], [], [#""a""#], [#""A""#], [#""a ""#]] {
                #expect(try await orders.post("/orders", token, Self.teapot, keys: keys).status == .created)
            }
            #expect(try await orders.items(token).count == 5)
        }
    }

    @Test(arguments: [#"{"item":"Teapot","quantity":2}"#, #"{"item":"teapot","quantity":1}"#])
    func `the same key for another order is refused, and the order stays as it was`(other: String) async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            let placed = try await orders.post("/orders", token, Self.teapot, keys: [#""a""#])
            let refused = try await orders.post("/orders", token, other, keys: [#""a""#])
            #expect(refused.status.code == 422)
            #expect(try refused.document["code"] == "idempotency_key_reused")
            #expect(try refused.document["title"] == "Unprocessable Content")
            // Another way to write the same request is the same request.
            let rewritten = #"{ "quantity": 1, "item": "Te\u0061pot" }"#
            #expect(try await orders.post("/orders", token, rewritten, keys: [#""a""#]).body == placed.body)
            #expect(try await orders.items(token) == ["Teapot"])
        }
    }

    @Test func `a key is one client's of one user: nobody is given a stranger's order for having guessed it`()
        async throws
    {
        try await OrdersUnderTest.run { orders in
            let tokens = [
                try orders.token(), try orders.token("user-bob"),
                try orders.house.userToken { ($0.clientID, $0.scope) = ("another-client", ["orders:write"]) },
            ]
            var ids: Set<String> = []
            for token in tokens + tokens {
                let response = try await orders.post("/orders", token, Self.teapot, keys: [#""a""#])
                #expect(response.status == .created)
                ids.insert(try #require(try response.document["id"]?.string))
            }
            #expect(ids.count == 3)
        }
    }

    @Test func `of a hundred at once one is written, and all get it`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            let bodies = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        let response = try await orders.post("/orders", token, Self.teapot, keys: [#""a""#])
                        return (response.status.code, Array(buffer: response.body))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(bodies.allSatisfy { $0.0 == 201 })
            #expect(Set(bodies.map(\.1)).count == 1)
            #expect(try await orders.items(token) == ["Teapot"])
        }
    }

    @Test func `a repeat needs nobody else, also after a restart between commit and answer`() async throws {
        try await withTemporaryFolder { folder in
            let placed = Mutex<ByteBuffer?>(nil)
            try await OrdersUnderTest.run(in: folder) { orders in
                let response = try await orders.post("/orders", orders.token(), Self.teapot, keys: [#""a""#])
                placed.withLock { $0 = response.body }
            }
            try await OrdersUnderTest.run(in: folder) { orders in
                orders.house.network.answer(House.usersAddress, .unreachable)
                orders.house.network.answer(House.exchangeTokenEndpoint, .unreachable)
                let token = try orders.token()
                let repeated = try await orders.post("/orders", token, Self.teapot, keys: [#""a""#])
                #expect(repeated.body == placed.withLock { $0 })
                #expect(try await orders.post("/orders", token, Self.teapot, keys: [#""b""#]).status.code == 503)
                #expect(try await orders.items(token) == ["Teapot"])
            }
        }
    }

    @Test func `what failed leaves its key free`() async throws {
        try await OrdersUnderTest.run { orders in
            let (token, network) = (try orders.token(), orders.house.network)
            network.answer(House.usersAddress, .unreachable)
            #expect(try await orders.post("/orders", token, Self.teapot, keys: [#""a""#]).status.code == 503)
            network.answer(House.usersAddress, .json(OrdersUnderTest.address))
            #expect(try await orders.post("/orders", token, Self.teapot, keys: [#""a""#]).status == .created)
        }
    }

    @Test func `a key is remembered for a day, and then forgotten`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = {
                try orders.house.userToken {
                    ($0.issuedAt, $0.scope) = (orders.house.clock.now(), ["orders:read", "orders:write"])
                }
            }
            let place = { try await orders.post("/orders", token(), Self.teapot, keys: [#""a""#]).body }
            let first = try await place()
            orders.house.clock.advance(bySeconds: 86_399)
            try await orders.clockMoved()
            #expect(try await place() == first)
            orders.house.clock.advance(bySeconds: 1)
            try await orders.clockMoved()
            #expect(try await place() != first)
            #expect(try await orders.items(token()).count == 2)
        }
    }

    @Test(arguments: [
        ([#""8e03978e-40d5-43e8-bc93-6e3a9c2a1b2f""#], 201), ([#""a\"b\\""#], 201),
        (["\"" + String(repeating: "x", count: 255) + "\""], 201),
        (["\"" + String(repeating: "x", count: 256) + "\""], 400),
        (["8e03978e-40d5-43e8-bc93-6e3a9c2a1b2f"], 400), (["a"], 400), ([""], 400), (["\""], 400), (["\"\""], 400),
        ([#""a"#], 400), ([#"a""#], 400), ([#""a";b=1"#], 400), ([#""a";b="c""#], 400), ([#""a", "b""#], 400),
        ([#""a\""#], 400), ([#""a\b""#], 400), (["\"\u{e9}\""], 400), (["\"a\tb\""], 400), ([":YQ==:"], 400),
        ([#""a""#, #""a""#], 400), ([#""a"#, #"b""#], 400),
    ])
    func `a key is one quoted string, and nothing is guessed`(keys: [String], status: Int) async throws {
        try await OrdersUnderTest.run { orders in
            let response = try await orders.post("/orders", orders.token(), Self.teapot, keys: keys)
            #expect(response.status.code == status)
            #expect(try await orders.items(orders.token()).count == (status == 201 ? 1 : 0))
            #expect(orders.house.network.requests(to: House.exchangeTokenEndpoint).count == (status == 201 ? 1 : 0))
        }
    }
}
