import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import Tokens

/// What Orders does when nothing is heard of revocations any more: 503 where that could do harm, and never a false 401.
@Suite("Orders without news")
struct StaleFeedTests {
    /// The last second in which each route still answers.
    @Test(arguments: [
        ("writing", 60), ("a receipt, which goes on to Users", 60), ("the list of one's orders", 600),
        ("one order", 600), ("everybody's orders, which asks the provider", 600), ("services", 60),
    ])
    func `each route goes on for as long as it says`(route: String, secondsMax: Int64) async throws {
        try await OrdersUnderTest.run { orders in
            let id = try await orders.place(orders.token())
            orders.house.network.answer(
                "\(House.usersAddress)/internal/users/user-alice/summary",
                .json(["name": "Alice", "email": .null, "orderCount": 1])
            )
            func ask() async throws -> TestResponse {
                let now = orders.house.clock.now()
                let token = try orders.house.userToken { $0.issuedAt = now }
                switch route {
                case "writing": return try await orders.post("/orders/\(id)/cancel", token)
                case "the list of one's orders": return try await orders.get("/orders", token)
                case "everybody's orders, which asks the provider":
                    orders.house.network.serve(TestAccount(roles: ["admin"]))
                    let token = try orders.house.userToken { ($0.issuedAt, $0.scope) = (now, ["orders:all"]) }
                    return try await orders.get("/orders/all", token)
                case "one order": return try await orders.get("/orders/\(id)", token)
                case "services":
                    let token = try orders.house.exchangedToken(actor: "users-api") {
                        $0.issuedAt = now
                        $0.scope = ["orders.count:read"]
                    }
                    return try await orders.get("/internal/users/user-alice/order-count", token)
                default: return try await orders.get("/orders/\(id)/receipt", token)
                }
            }
            orders.house.clock.advance(bySeconds: secondsMax)
            #expect(try await ask().status == .ok)
            orders.house.clock.advance(bySeconds: 1)
            let late = try await ask()
            #expect(late.status == .serviceUnavailable)
            #expect(late.headers[.retryAfter] == "1")
            #expect(late.headers[.wwwAuthenticate] == nil)
            try await orders.clockMoved()
            #expect(try await ask().status == .ok)
        }
    }

    @Test func `what is wrong with a token stays wrong however old the news is`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            try orders.house.providerFeed.revoke(.subject("user-alice"))
            try await orders.clockMoved()
            #expect(try await orders.get("/orders", token).status == .unauthorized)
            orders.house.clock.advance(bySeconds: 601)
            #expect(try await orders.get("/orders", token).status == .unauthorized)
            #expect(try await orders.post("/orders", nil).status == .unauthorized)
        }
    }

    @Test func `before everything revoked is known nobody is let in, and nobody is refused`() async throws {
        try await OrdersUnderTest.run(hasCaughtUp: false) { orders in
            #expect(try await orders.get("/orders", orders.token()).status == .serviceUnavailable)
            await #expect(throws: DependencyUnavailable.self) { try await orders.requireReady() }
            try await orders.clockMoved()
            #expect(try await orders.get("/orders", orders.token()).status == .ok)
            try await orders.requireReady()
        }
    }
}

@Suite("Revoked tokens at Orders")
struct RevokedTokenTests {
    @Test(
        arguments: [
            (.token("token-1"), .tokenRevoked), (.session("session-1"), .sessionRevoked),
            (.subject("user-alice"), .accountDisabled), (.client("gatehouse-demo"), .clientRevoked),
        ] as [(RevocationTarget, RevocationEvent.Cause)]
    )
    func `a token that was good a moment ago is refused, and so is what was made of it`(
        target: RevocationTarget,
        cause: RevocationEvent.Cause
    ) async throws {
        try await OrdersUnderTest.run { orders in
            let house = orders.house
            let claims = house.provider.claims { $0.sessionID = "session-1" }
            let exchanged = try house.exchangedToken(actor: "users-api") {
                $0.scope = ["orders.count:read"]
                $0.clientID = "users-api"
                $0.tokenID = "exchanged"
                $0.sessionID = "session-1"
                $0.sources = [TokenSource(of: claims, keyID: house.provider.key.keyID)]
            }
            let token = try house.provider.mint(claims)
            func statuses() async throws -> [Int] {
                let own = try await orders.get("/orders", token)
                let onBehalf = try await orders.get("/internal/users/user-alice/order-count", exchanged)
                return [own.status.code, onBehalf.status.code]
            }
            #expect(try await statuses() == [200, 200])
            try house.providerFeed.revoke(target, cause)
            try await orders.clockMoved()
            #expect(try await statuses() == [401, 401])
            let bobs = try house.userToken { ($0.subject, $0.tokenID, $0.clientID) = ("user-bob", "bobs", "another") }
            #expect(try await orders.get("/orders", bobs).status == .ok)
        }
    }

    @Test func `a service that is revoked brings no exchanged token any more`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.house.exchangedToken(actor: "users-api") {
                $0.scope = ["orders.count:read"]
                $0.clientID = "users-api"
            }
            #expect(try await orders.get("/internal/users/user-alice/order-count", token).status == .ok)
            try orders.house.providerFeed.revoke(.client("users-api"), .clientRevoked)
            try await orders.clockMoved()
            #expect(try await orders.get("/internal/users/user-alice/order-count", token).status == .unauthorized)
        }
    }
}
