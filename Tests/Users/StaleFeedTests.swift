import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import Tokens

/// What Users does when nothing is heard of revocations any more: 503 where that could do harm, and never a false 401.
@Suite("Users without news")
struct StaleFeedTests {
    /// The last second in which each route still answers.
    @Test(arguments: [
        ("reading one's profile", 600), ("reading one's address", 600), ("writing a profile", 60),
        ("writing an address", 60), ("a summary, which goes on to Orders", 60), ("services", 60),
    ])
    func `each route goes on for as long as it says`(route: String, secondsMax: Int64) async throws {
        try await UsersUnderTest.run { users in
            _ = try await users.put("/users/me/address", users.token(), UsersUnderTest.address)
            func ask() async throws -> TestResponse {
                let now = users.house.clock.now()
                let token = try users.house.userToken {
                    $0.issuedAt = now
                    $0.audience = House.users
                    $0.scope = ["profile:read", "profile:write"]
                }
                switch route {
                case "reading one's profile": return try await users.get("/users/me", token)
                case "reading one's address": return try await users.get("/users/me/address", token)
                case "writing a profile": return try await users.put("/users/me", token, "{}")
                case "writing an address":
                    return try await users.put("/users/me/address", token, UsersUnderTest.address)
                case "services":
                    let token = try users.house.exchangedToken(actor: "orders-api") {
                        $0.issuedAt = now
                        $0.audience = House.users
                        $0.scope = ["users.address:read"]
                    }
                    return try await users.get("/internal/users/user-alice/shipping-address", token)
                default: return try await users.get("/users/me/summary", token)
                }
            }
            users.house.clock.advance(bySeconds: secondsMax)
            #expect(try await ask().status == .ok)
            users.house.clock.advance(bySeconds: 1)
            let late = try await ask()
            #expect(late.status == .serviceUnavailable)
            #expect(late.headers[.retryAfter] == "1")
            #expect(late.headers[.wwwAuthenticate] == nil)
            try await users.hearRevocations()
            #expect(try await ask().status == .ok)
        }
    }

    @Test func `one silent issuer stops its own tokens, not the other's`() async throws {
        try await UsersUnderTest.run { users in
            users.house.network.answer("\(House.exchangeIssuer)/events", .unreachable)
            users.house.clock.advance(bySeconds: 61)
            try await users.hearRevocations()
            let now = users.house.clock.now()
            let token = try users.house.userToken {
                $0.issuedAt = now
                $0.audience = House.users
                $0.scope = ["profile:write"]
            }
            #expect(try await users.put("/users/me", token, "{}").status == .ok)
            let exchanged = try users.house.exchangedToken(actor: "orders-api") {
                $0.issuedAt = now
                $0.audience = House.users
                $0.scope = ["users.summary:read"]
            }
            let response = try await users.get("/internal/users/user-alice/summary", exchanged)
            #expect(response.status == .serviceUnavailable)
        }
    }

    @Test func `it is ready when both issuers have said what is revoked`() async throws {
        try await UsersUnderTest.run(hasCaughtUp: false) { users in
            users.house.network.answer("\(House.exchangeIssuer)/events", .unreachable)
            try await users.hearRevocations()
            let missing = await #expect(throws: DependencyUnavailable.self) { try await users.requireReady() }
            #expect(missing?.dependency == "revocation feed of \(House.exchangeIssuer)")
            users.house.network.serve(users.house.exchangeFeed)
            try await users.hearRevocations()
            try await users.requireReady()
            // Not less ready for being without news later: it still has reads to answer.
            users.house.clock.advance(bySeconds: 300)
            try await users.requireReady()
        }
    }
}
