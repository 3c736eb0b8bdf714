import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Tokens

@testable import ServiceKit
@testable import TokenExchange

@Suite("Every door of token-exchange has its limits")
struct RouteLimitTests {
    @Test func `what shows or gives out credentials is limited; only what everybody may read is not`() async throws {
        var limits = LimitSettings()
        limits.sourceRequests = 1
        let house = try await ExchangeHouse(limits: limits)
        let open = try await RouteWalk.openRoutes(
            house.service.router.routes.map { ($0.method.rawValue, $0.path.description) },
            resting: { house.clock.advance(bySeconds: 180) },
            send: { try await house.send(try #require(HTTPRequest.Method($0)), $1).status }
        )
        #expect(
            open == [
                "GET /oauth2/jwks.json", "GET /events/jwks.json", "GET /.well-known/ssf-configuration",
                "GET /.well-known/oauth-authorization-server",
            ]
        )
    }

    @Test func `a service that exchanges does so for everybody, and is not limited as one caller`() async throws {
        var limits = LimitSettings()
        (limits.sourceRequests, limits.sourceFailures, limits.clientRequests) = (1, 1, 1)
        let house = try await ExchangeHouse(limits: limits)
        for _ in 0..<3 { #expect(try await house.exchange(try house.token()).status == 200) }
    }
}
