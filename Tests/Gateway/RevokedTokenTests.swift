import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import Tokens

@Suite("Revoked tokens at the gateway")
struct RevokedTokenTests {
    @Test func `a revoked token gets no further, another does`() async throws {
        try await GatewayUnderTest.run { gateway in
            let token = try gateway.house.userToken()
            #expect(try await gateway.send(.get, "/orders", token).status == .ok)
            try gateway.house.providerFeed.revoke(.token("token-1"), .tokenRevoked)
            try await gateway.hearRevocations()
            #expect(try await gateway.send(.get, "/orders", token).status == .unauthorized)
            #expect(gateway.forwarded.count == 1)
            let other = try gateway.house.userToken { $0.tokenID = "token-2" }
            #expect(try await gateway.send(.get, "/orders", other).status == .ok)
        }
    }

    @Test func `without news requests pass for as long as a token lives, and then later, not never`() async throws {
        try await GatewayUnderTest.run { gateway in
            func post() async throws -> TestResponse {
                let now = gateway.house.clock.now()
                return try await gateway.send(.post, "/orders", gateway.house.userToken { $0.issuedAt = now })
            }
            gateway.house.clock.advance(bySeconds: 600)
            #expect(try await post().status == .ok)
            gateway.house.clock.advance(bySeconds: 1)
            let late = try await post()
            #expect(late.status == .serviceUnavailable)
            #expect(late.headers[.retryAfter] == "1")
            try await gateway.hearRevocations()
            #expect(try await post().status == .ok)
        }
    }

    @Test func `there is no door for events at the gateway`() async throws {
        try await GatewayUnderTest.run { gateway in
            let answer = try await gateway.send(.post, "/events", nil)
            #expect(answer.status == .notFound)
        }
    }
}
