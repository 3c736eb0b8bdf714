import Hummingbird
import Testing
import Tokens

@testable import ServiceKit

@Suite("Connections at once", .timeLimit(.minutes(2)))
struct ConnectionCountTests {
    private var router: Router<ServiceContext> {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        router.get("ok") { _, _ in Response.json(["ok": true]) }
        return router
    }

    @Test func `one more than the bound waits until another goes, and disturbs nobody`() async throws {
        try await OpenService.run(router, limits: .patient(connectionsMax: 1)) { service in
            var first = try await service.caller()
            #expect(try await first.get("/ok")?.status == 200)
            var second = try await service.caller()
            async let waiting = second.get("/ok")
            #expect(try await first.get("/ok")?.status == 200)
            #expect(try await first.get("/ok")?.status == 200)
            try await first.close()
            #expect(try await waiting?.status == 200)
        }
    }

    @Test func `a flood of the public listener leaves the operations listener its own`() async throws {
        try await OpenService.run(router, limits: .patient(connectionsMax: 4)) { service in
            for _ in 0..<40 { _ = try await Caller.connect(service.publicPort) }
            for path in ["/live", "/ready"] {
                var operations = try await service.operationsCaller()
                #expect(try await operations.get(path)?.status == 200)
            }
        }
    }

    @Test func `a service that is full stops all the same`() async throws {
        try await OpenService.run(router, limits: .patient(connectionsMax: 1)) { service in
            var first = try await service.caller()
            #expect(try await first.get("/ok")?.status == 200)
            _ = try await service.caller()
        }
    }
}
