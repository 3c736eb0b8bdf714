import Hummingbird
import TestKit
import Testing

@testable import Gateway
@testable import ServiceKit

@Suite("Every door of gateway has its limits")
struct RouteLimitTests {
    @Test func `there is no route that can be asked without end`() async throws {
        var limits = LimitSettings()
        limits.sourceRequests = 1
        let house = try TestHouse()
        let service = try assemble(
            Settings(reading: SettingsReader(values: GatewayUnderTest.settings)),
            Runtime.test(name: "gateway", clock: house.clock, limits: RateLimiter(limits, clock: house.clock)),
            sender: house.network
        )
        #expect(service.router.routes.count > 5)
        #expect(try await RouteWalk.openRoutes(of: service.router, house.clock).isEmpty)
        await service.shutdown()
    }
}
