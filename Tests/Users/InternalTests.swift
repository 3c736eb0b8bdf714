import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import TokenClient
import Tokens

@Suite("GET /internal/users/{id}/shipping-address")
struct ShippingAddressTests {
    private let path = "/internal/users/user-alice/shipping-address"

    @Test func `Orders reads the address on the user's behalf, and nobody reads it otherwise`() async throws {
        try await UsersUnderTest.run { users in
            _ = try await users.put("/users/me/address", users.token(), UsersUnderTest.address)
            let scope: ScopeSet = ["users.address:read"]
            let tokens: [(Credential?, Int)] = [
                (try users.exchangedToken(scope: scope), 200),
                (nil, 401),
                // The user's own token, alone, whatever it says: of the other issuer.
                (try users.token(), 401),
                (
                    try users.house.userToken {
                        ($0.audience, $0.scope, $0.actor) = (House.users, scope, Actor("orders-api"))
                    }, 401
                ),
                // The service's own token, alone: of the other issuer too.
                (
                    try users.house.userToken {
                        ($0.subject, $0.audience, $0.scope) = ("orders-api", House.users, scope)
                    }, 401
                ),
                (try users.exchangedToken(scope: ["users.summary:read"]), 403),
                (try users.exchangedToken(scope: scope, actor: "gateway"), 403),
                (try users.exchangedToken("user-bob", scope: scope), 403),
            ]
            for (token, status) in tokens {
                let response = try await users.get(path, token)
                #expect(response.status.code == status)
            }
        }
    }

    @Test func `a user without an address has none, which is not the same as not being asked`() async throws {
        try await UsersUnderTest.run { users in
            let token = try users.exchangedToken(scope: ["users.address:read"])
            #expect(try await users.get(path, token).status == .notFound)
            #expect(try await users.get("/internal/users/user-bob/shipping-address", token).status == .forbidden)
        }
    }

    @Test func `an exchanged token opens no public route`() async throws {
        try await UsersUnderTest.run { users in
            for path in ["/users/me", "/users/me/address", "/users/me/summary"] {
                let token = try users.exchangedToken(scope: ["profile:read", "profile:write"])
                #expect(try await users.get(path, token).status == .unauthorized)
            }
        }
    }
}

@Suite("GET /users/me/summary and /internal/users/{id}/summary")
struct SummaryTests {
    @Test func `a summary is the profile beside what Orders counts`() async throws {
        try await UsersUnderTest.run { users in
            let token = try users.token()
            _ = try await users.put("/users/me", token, #"{"name":"Alice"}"#)
            let summary = try await users.get("/users/me/summary", token).document
            #expect(summary == ["name": "Alice", "email": .null, "orderCount": 3])
            let hop = try #require(users.house.network.requests(to: House.ordersAddress).first)
            #expect(hop.url == "\(House.ordersAddress)/internal/users/user-alice/order-count")
        }
    }

    @Test func `asked by Orders, Users exchanges the very token it was asked with`() async throws {
        try await UsersUnderTest.run { users in
            let token = try users.exchangedToken(scope: ["users.summary:read"])
            #expect(try await users.get("/internal/users/user-alice/summary", token).status == .ok)
            let exchange = try #require(users.house.network.requests(to: House.exchangeTokenEndpoint).first)
            let form = try FormParameters(reading: exchange.body ?? [])
            #expect(form.optional("subject_token") == token.exposed)
            #expect(form.optional("scope") == "orders.count:read")
            #expect(form.all("audience") == [House.orders])
        }
    }

    @Test func `a token for Bob sums up nothing of Alice's, and Orders is not asked`() async throws {
        try await UsersUnderTest.run { users in
            let token = try users.exchangedToken("user-bob", scope: ["users.summary:read"])
            #expect(try await users.get("/internal/users/user-alice/summary", token).status == .forbidden)
            #expect(users.house.network.requests(to: House.exchangeTokenEndpoint).isEmpty)
        }
    }

    @Test func `without Orders there is no summary, but a profile`() async throws {
        try await UsersUnderTest.run { users in
            users.house.network.answer(House.ordersAddress, .unreachable)
            let token = try users.token()
            #expect(try await users.get("/users/me/summary", token).status == .serviceUnavailable)
            #expect(try await users.get("/users/me", token).status == .ok)
        }
    }
}
