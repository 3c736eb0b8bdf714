import Hummingbird
import Telemetry
import Testing
import Tokens

@testable import ServiceKit

@Suite("GET /metrics", .timeLimit(.minutes(2)))
struct MetricsPageTests {
    @Test func `the operations listener shows metrics to whoever reaches it, the public one to nobody`() async throws {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        try await OpenService.run(router) { service in
            service.metrics.collect("age_seconds", "How old.") { [.init([("issuer", "a")], 2)] }
            var operations = try await service.operationsCaller()
            let page = try #require(try await operations.get("/metrics"))
            #expect(page.status == 200)
            #expect(page.head.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
            #expect(page.body.contains("age_seconds{issuer=\"a\"} 2\n"))
            var stranger = try await service.caller()
            #expect(try await stranger.get("/metrics")?.status == 404)
        }
    }
}
