import Audit
import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import Tokens

/// Two routes for administrators, side by side: `cancel` believes the token, `GET /orders/all` asks the provider.
@Suite("A token says what was true when it was made")
struct StaleClaimTests {
    /// Of an administrator, as the staff app gets it.
    private static let scope: ScopeSet = ["orders:write", "orders:admin", "orders:all"]

    private func bobsOrder(_ orders: OrdersUnderTest) async throws -> String {
        try await orders.place(orders.token("user-bob"))
    }

    @Test func `an administrator sees everybody's orders with their owners, and nobody's address`() async throws {
        try await OrdersUnderTest.run { orders in
            orders.house.network.serve(TestAccount(roles: ["admin"]))
            let id = try await bobsOrder(orders)
            let all = try await orders.get("/orders/all", orders.token(scope: Self.scope)).document["orders"]?.array
            #expect(all?.compactMap { $0.object?["id"]?.string } == [id])
            #expect(all?.first?.object?["owner"] == "user-bob" && all?.first?.object?["shippingAddress"] == nil)
        }
    }

    @Test func `a role that is taken away: who asks refuses at once, who believes goes on until the news comes`()
        async throws
    {
        try await OrdersUnderTest.run { orders in
            let account = TestAccount(roles: ["admin"])
            orders.house.network.serve(account)
            let (first, second) = (try await bobsOrder(orders), try await bobsOrder(orders))
            let token = try orders.token(scope: Self.scope)
            #expect(try await orders.get("/orders/all", token).status == .ok)
            // The news is on its way, and we hear nothing.
            orders.house.network.answer("\(House.issuer)/events", .unreachable)
            account.set(roles: [])
            try orders.house.providerFeed.revoke(.subject("user-alice"), .tokenClaimsChange)
            orders.house.clock.advance(bySeconds: 60)
            let asking = try await orders.get("/orders/all", token)
            #expect(asking.status == .unauthorized)
            #expect(asking.headers[.wwwAuthenticate] == #"Bearer error="invalid_token""#)
            #expect(orders.audit.records.last?.reason == .refusal(.tokenInactive))
            #expect(try await orders.post("/orders/\(first)/cancel", token).status == .ok)
            // It comes.
            orders.house.network.serve(orders.house.providerFeed)
            try await orders.clockMoved()
            #expect(try await orders.post("/orders/\(second)/cancel", token).status == .unauthorized)
        }
    }

    @Test func `a role that is given: who asks lets in with the next token, who believes needs one that says so`()
        async throws
    {
        try await OrdersUnderTest.run { orders in
            let account = TestAccount(roles: [])
            orders.house.network.serve(account)
            let id = try await bobsOrder(orders)
            // Alice was no administrator when she signed in: her tokens say nothing of it, refreshed or not.
            let token = try orders.token(scope: ["orders:write", "orders:all"])
            let early = try await orders.get("/orders/all", token)
            #expect(early.status == .forbidden)
            #expect(orders.audit.records.last?.reason == .refusal(.roleMissing))
            #expect(orders.audit.records.last?.details == ["role": "admin"])
            account.set(roles: ["admin"])
            account.refresh()
            #expect(try await orders.get("/orders/all", token).status == .ok)
            #expect(try await orders.post("/orders/\(id)/cancel", token).status == .notFound)
        }
    }

    @Test func `the scope is needed too: an app that was not given it sees nothing, whoever uses it`() async throws {
        try await OrdersUnderTest.run { orders in
            orders.house.network.serve(TestAccount(roles: ["admin"]))
            #expect(try await orders.get("/orders/all", orders.token(scope: Self.scope)).status == .ok)
            let token = try orders.token(scope: ["orders:read", "orders:write", "orders:admin"])
            let record = try await orders.audit.onlyRecord { _ = try await orders.get("/orders/all", token) }
            #expect(record?.reason == .refusal(.scopeInsufficient))
            #expect(orders.house.network.requests(to: House.introspectionEndpoint).count == 1)
        }
    }

    @Test func `without the provider who asks cannot answer, and who believes can`() async throws {
        try await OrdersUnderTest.run { orders in
            let id = try await bobsOrder(orders)
            let token = try orders.token(scope: Self.scope)
            orders.house.network.answer(House.introspectionEndpoint, .unreachable)
            let asking = try await orders.get("/orders/all", token)
            #expect(asking.status == .serviceUnavailable && asking.headers[.retryAfter] == "1")
            #expect(orders.audit.records.last?.reason == .unavailable)
            #expect(try await orders.post("/orders/\(id)/cancel", token).status == .ok)
        }
    }
}
