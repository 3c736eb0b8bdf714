import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import Tokens

/// Every route, and whose tokens open it: each refusal differs from what is accepted by one thing.
@Suite("Whose tokens open which route of orders-api")
struct DoorTests {
    /// Method, path, the scope it asks for, and how it answers whoever may come in (an order that is not there: 404).
    static let publicRoutes: [(HTTPRequest.Method, String, String, Int)] = [
        (.post, "/orders", "orders:write", 400), (.get, "/orders", "orders:read", 200),
        (.get, "/orders/all", "orders:all", 200),
        (.get, "/orders/x", "orders:read", 404), (.post, "/orders/x/cancel", "orders:write", 404),
        (.get, "/orders/x/receipt", "orders:read", 404),
    ]

    @Test(arguments: publicRoutes)
    func `a public route opens to the user's own token`(
        method: HTTPRequest.Method,
        path: String,
        scope: String,
        opened: Int
    ) async throws {
        try await OrdersUnderTest.run { orders in
            let house = orders.house
            house.network.serve(TestAccount(roles: ["admin"]))
            let ask = { (token: Credential?) async throws -> Int in
                if method == .get { return try await orders.get(path, token).status.code }
                return try await orders.post(path, token, "{}").status.code
            }
            let token = try house.userToken { $0.scope = [scope] }
            #expect(try await ask(token) == opened)
            #expect(try await ask(nil) == 401)
            #expect(try await ask(house.userToken { $0.scope = ["openid"] }) == 403)
            #expect(try await ask(house.userToken { $0.audience = House.users }) == 401)
            #expect(try await ask(house.userToken { $0.issuedAt = House.epoch - 611 }) == 401)
            #expect(try await ask(TestIssuer().mint { $0.scope = [scope] }) == 401)
            // Even with the right scope: who holds an exchanged token is a service.
            #expect(try await ask(house.exchangedToken(actor: "users-api") { $0.scope = [scope] }) == 401)
            #expect(try await ask(house.userToken { ($0.scope, $0.actor) = ([scope], Actor("users-api")) }) == 403)
        }
    }

    @Test func `an internal route opens to the exchanged token of its one caller`() async throws {
        try await OrdersUnderTest.run { orders in
            let (house, scope) = (orders.house, ["orders.count:read"] as ScopeSet)
            let tokens: [(Credential?, Int)] = [
                (try house.exchangedToken(actor: "users-api") { $0.scope = scope }, 200),
                (nil, 401),
                (try house.exchangedToken(actor: "users-api") { $0.scope = ["orders:read"] }, 403),
                (try house.exchangedToken(actor: "gateway") { $0.scope = scope }, 403),
                // Users among the earlier actors does not count (RFC 8693 §4.1).
                (
                    try house.exchange.mint {
                        ($0.scope, $0.actor) = (scope, Actor("gateway", actingAfter: Actor("users-api")))
                    }, 403
                ),
                (try house.exchange.mint { $0.scope = scope }, 403),
                // The user's own token, with the scope and even with an actor: of the other issuer.
                (try house.userToken { $0.scope = scope }, 401),
                (try house.userToken { ($0.scope, $0.actor) = (scope, Actor("users-api")) }, 401),
            ]
            for (token, status) in tokens {
                let response = try await orders.get("/internal/users/user-alice/order-count", token)
                #expect(response.status.code == status)
            }
        }
    }

    @Test func `a known path with another method is 405 and says which it has`() async throws {
        try await OrdersUnderTest.run { orders in
            let response = try await orders.client.execute(uri: "/orders", method: .delete)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "GET, POST")
            #expect(try await orders.client.execute(uri: "/nowhere", method: .delete).status == .notFound)
        }
    }

    @Test func `while an issuer's keys cannot be had nobody is told that their token is wrong`() async throws {
        try await OrdersUnderTest.run { orders in
            let page = "\(House.issuer)/oauth2/jwks.json"
            orders.house.network.answer(page, .unreachable)
            // A key that we have not seen yet, and cannot ask for.
            let next = try TestIssuer()
            let token = try next.mint()
            let response = try await orders.get("/orders", token)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] != nil)
            orders.house.network.answer(page, .json(next.keySet.document))
            orders.house.clock.advance(bySeconds: 10)
            #expect(try await orders.get("/orders", token).status == .ok)
        }
    }
}
