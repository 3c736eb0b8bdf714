import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing
import Tokens

@testable import Orders
@testable import ServiceKit

@Suite("Every door of orders-api has its limits")
struct RouteLimitTests {
    @Test func `there is no route that can be asked without end`() async throws {
        var limits = LimitSettings()
        limits.sourceRequests = 1
        let house = try TestHouse()
        try await withTemporaryFolder { folder in
            let service = try await assemble(
                Settings(reading: SettingsReader(values: OrdersUnderTest.settings(folder))),
                Runtime.test(name: "orders-api", clock: house.clock, limits: RateLimiter(limits, clock: house.clock)),
                sender: house.network
            )
            #expect(service.router.routes.count > 5)
            #expect(try await RouteWalk.openRoutes(of: service.router, house.clock).isEmpty)
            await service.shutdown()
        }
    }

    @Test func `a token and a user have limits of their own, and other users of the same client notice nothing`()
        async throws
    {
        var limits = LimitSettings()
        (limits.tokenRequests, limits.userRequests, limits.clientRequests) = (2, 3, 1)
        let house = try TestHouse()
        try await withTemporaryFolder { folder in
            let service = try await assemble(
                Settings(reading: SettingsReader(values: OrdersUnderTest.settings(folder))),
                Runtime.test(
                    name: "orders-api",
                    clock: house.clock,
                    limits: RateLimiter(limits, clock: house.clock)
                ),
                sender: house.network
            )
            let moved = service.clockMoved
            try await moved()
            try await Application(router: service.router).test(.router) { client in
                func read(_ user: String, _ id: String) async throws -> String {
                    let token = try house.userToken { draft in
                        (draft.subject, draft.tokenID, draft.scope) = (user, id, ["orders:read"])
                    }
                    let headers: HTTPFields = [.authorization: "Bearer \(token.exposed)"]
                    let answer = try await client.execute(uri: "/orders", method: .get, headers: headers)
                    return answer.status == .tooManyRequests
                        ? answer.headers[.rateLimitPolicy] ?? "" : String(answer.status.code)
                }
                for expected in ["200", "200", #""token";q=2;w=60"#] {
                    #expect(try await read("alice", "1") == expected)
                }
                for expected in ["200", #""user";q=3;w=60"#] { #expect(try await read("alice", "2") == expected) }
                for token in ["3", "4"] { #expect(try await read("bob", token) == "200") }
                house.clock.advance(bySeconds: 120)
                try await moved()
                #expect(try await read("alice", "2") == "200")
            }
            await service.shutdown()
        }
    }
}
