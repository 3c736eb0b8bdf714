import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing
import Tokens

@testable import ServiceKit

@Suite("Graceful shutdown", .timeLimit(.minutes(2)))
struct GracefulShutdownTests {
    /// Requests to `/held` are under way until `release`.
    private struct HeldRequests {
        private let entered = AsyncStream.makeStream(of: Void.self)
        private let released = AsyncStream.makeStream(of: Void.self)

        var router: Router<ServiceContext> {
            let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
            router.get("ok") { _, _ in Response.json(["ok": true]) }
            router.get("held") { _, _ in
                entered.continuation.yield()
                for await _ in released.stream {}
                return Response.json(["held": true])
            }
            return router
        }

        func waitForOne() async { for await _ in entered.stream { return } }
        func release() { released.continuation.finish() }
    }

    @Test func `what is under way is answered, as the last answer of its connection; nobody new is let in`()
        async throws
    {
        let requests = HeldRequests()
        try await OpenService.run(requests.router) { service in
            var busy = try await service.caller()
            var idle = try await service.caller()
            var operations = try await service.operationsCaller()
            #expect(try await idle.get("/ok")?.isLast == false)
            #expect(try await operations.get("/ready")?.status == 200)
            try await busy.write("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await requests.waitForOne()

            await service.shutDown()
            #expect(await idle.isClosed())
            let ready = try await operations.get("/ready")
            #expect(ready?.status == 503)
            #expect(ready?.isLast == false)
            #expect(try await operations.get("/live")?.status == 200)
            // Refused, or closed as it comes: served it is not.
            if var late = try? await service.caller() { #expect(await late.isClosed()) }

            requests.release()
            let answer = await busy.answer()
            #expect(answer?.body == #"{"held":true}"#)
            #expect(answer?.isLast == true)
            #expect(await busy.isClosed())
            #expect(await operations.isClosed())
        }
    }

    @Test func `a request that crosses our goodbye on its way is not carried out`() async throws {
        let carriedOut = Atomic(0)
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        router.get("counted") { _, _ in
            Response.json(["count": .integer(Int64(carriedOut.add(1, ordering: .relaxed).newValue))])
        }
        try await OpenService.run(router) { service in
            var hasty = try await service.caller()
            var idle = try await service.caller()
            #expect(try await hasty.get("/counted")?.status == 200)
            #expect(try await idle.get("/counted")?.status == 200)
            // It does not hear us: what it writes from here on crosses whatever we say.
            try await hasty.stopReading()
            await service.shutDown()
            #expect(await idle.isClosed())
            try await hasty.write(Caller.get("/counted"))
        }
        #expect(carriedOut.load(ordering: .relaxed) == 2)
    }

    @Test func `a handler that waits on purpose is told, and answers at once`() async throws {
        let (entered, entering) = AsyncStream.makeStream(of: Void.self)
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        router.get("wait") { _, _ in
            let (events, event) = AsyncStream.makeStream(of: String.self)
            entering.yield()
            let said = await withGracefulShutdownHandler {
                await events.first { _ in true }
            } onGracefulShutdown: {
                event.yield("shutdown")
            }
            return Response.json(["said": .string(said ?? "nothing")])
        }
        try await OpenService.run(router) { service in
            var waiting = try await service.caller()
            try await waiting.write("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for await _ in entered { break }
            await service.shutDown()
            let answer = await waiting.answer()
            #expect(answer?.body == #"{"said":"shutdown"}"#)
            #expect(answer?.isLast == true)
        }
    }

    @Test func `whoever never answers, or never takes its answer, keeps no service from stopping`() async throws {
        let requests = HeldRequests()
        let limits = ConnectionLimits.patient { $0.drain = .milliseconds(300) }
        try await OpenService.run(requests.router, limits: limits) { service in
            var stuck = try await service.caller()
            try await stuck.write("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await requests.waitForOne()
            await service.shutDown()
            #expect(await stuck.isClosed())
            requests.release()
        }
    }
}
