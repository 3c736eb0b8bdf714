import Hummingbird
import TestKit
import Testing

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
                Runtime.test(name: "users-api", clock: house.clock, limits: RateLimiter(limits, clock: house.clock)),
                sender: house.network
            )
            #expect(service.router.routes.count > 5)
            #expect(try await RouteWalk.openRoutes(of: service.router, house.clock).isEmpty)
            await service.shutdown()
        }
    }
}
