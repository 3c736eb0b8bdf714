import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing
import Tokens

@testable import ServiceKit
@testable import Users

@Suite("Every door of users-api has its limits")
struct RouteLimitTests {
    @Test func `there is no route that can be asked without end`() async throws {
        var limits = LimitSettings()
        limits.sourceRequests = 1
        let house = try TestHouse()
        try await withTemporaryFolder { folder in
            let service = try await assemble(
                Settings(reading: SettingsReader(values: UsersUnderTest.settings(folder))),
                Runtime.test(
                    name: "users-api",
                    clock: house.clock,
                    limits: RateLimiter(limits, clock: house.clock)
                ),
                sender: house.network
            )
            let routes = service.router.routes.map { ($0.method.rawValue, $0.path.description) }
            try await Application(router: service.router).test(.router) { client in
                let open = try await RouteWalk.openRoutes(
                    routes,
                    resting: { house.clock.advance(bySeconds: 180) },
                    send: { method, path in
                        let method = try #require(HTTPRequest.Method(method))
                        return Int(try await client.execute(uri: path, method: method).status.code)
                    }
                )
                #expect(open.isEmpty)
                #expect(routes.count > 5)
            }
            await service.shutdown()
        }
    }
}
