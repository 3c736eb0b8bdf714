import Hummingbird
import NIOCore
import Testing
import Tokens

@testable import ServiceKit

/// What holds a door open, each beside a caller who does the same in time.
@Suite("Deadlines of a connection", .timeLimit(.minutes(2)))
struct ConnectionDeadlineTests {
    /// Long enough for an honest caller on a machine that runs thirty other things.
    private let short = TimeAmount.milliseconds(1_500)
    private let halfHead = "GET /live HTTP/1.1\r\nX-Padding: "

    private var router: Router<ServiceContext> {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        router.get("live") { _, _ in Response.json(["live": true]) }
        router.get("large") { _, _ in Response.bytes([UInt8](repeating: 97, count: 16 << 20), type: "text/plain") }
        router.post("echo") { request, _ in
            Response.bytes(try await request.readBytes(bytesMax: 4096), type: "text/plain")
        }
        router.post("unread") { _, _ in Response.json(["ok": true]) }
        return router
    }

    private func post(_ path: String, _ rest: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(rest)"
    }

    @Test func `half a TLS handshake is closed, a whole one is answered`() async throws {
        try await OpenService.run(router, limits: .patient { $0.handshake = short }) { service in
            var silent = try await Caller.connect(service.publicPort)
            // The first bytes of a ClientHello that announces 512 more.
            var half = try await Caller.connect(service.publicPort, saying: "\u{16}\u{03}\u{01}\u{02}\u{00}")
            var whole = try await service.caller()
            #expect(await silent.isClosed())
            #expect(await half.isClosed())
            #expect(try await whole.get("/live")?.status == 200)
        }
    }

    @Test(arguments: [true, false])
    func `a head that trickles in is refused, a whole one answered`(isPublic: Bool) async throws {
        try await OpenService.run(router, limits: .patient { $0.head = short }) { service in
            let connect = isPublic ? service.caller : service.operationsCaller
            var slow = try await connect(halfHead, "a")
            var quick = try await connect(Caller.get("/live"), "")
            #expect(await quick.answer()?.status == 200)
            let answer = await slow.answer()
            #expect(answer?.status == 408)
            #expect(answer?.isLast == true)
            #expect(await slow.isClosed())
        }
    }

    @Test func `a second head that trickles in is refused as the first`() async throws {
        try await OpenService.run(router, limits: .patient { $0.head = short }) { service in
            var slow = try await service.caller(saying: Caller.get("/live"))
            #expect(await slow.answer()?.status == 200)
            try await slow.write(halfHead)
            #expect(await slow.answer()?.status == 408)
        }
    }

    @Test func `whoever opens a connection and says nothing is closed without a word`() async throws {
        try await OpenService.run(router, limits: .patient { $0.head = short }) { service in
            var silent = try await service.operationsCaller()
            #expect(await silent.isClosed())
        }
    }

    @Test func `a body that trickles in is refused, a whole one read`() async throws {
        try await OpenService.run(router, limits: .patient { $0.body = short }) { service in
            var slow = try await service.caller(saying: post("/echo", "Content-Length: 4000\r\n\r\n"), andThen: "a")
            var quick = try await service.caller(saying: post("/echo", "Content-Length: 2\r\n\r\nhi"))
            #expect(await quick.answer()?.body == "hi")
            let answer = await slow.answer()
            #expect(answer?.status == 408)
            #expect(answer?.body.contains(#""code":"request_timeout""#) == true)
            #expect(answer?.isLast == true)
            #expect(await slow.isClosed())
        }
    }

    @Test(arguments: [("/unread", 200), ("/echo", 413)])
    func `a body that is not read keeps no connection either`(path: String, status: Int) async throws {
        try await OpenService.run(router, limits: .patient { $0.body = short }) { service in
            var slow = try await service.caller(saying: post(path, "Content-Length: 1000000\r\n\r\n"), andThen: "a")
            #expect(await slow.answer()?.status == status)
            #expect(await slow.isClosed())
        }
    }

    @Test func `a connection is kept for one request after the other, and closed when there are no more`() async throws
    {
        try await OpenService.run(router, limits: .patient { $0.idle = short }) { service in
            var idle = try await service.caller(saying: Caller.get("/live") + Caller.get("/live"))
            #expect(await idle.answer()?.isLast == false)
            #expect(await idle.answer()?.isLast == false)
            #expect(await idle.isClosed())
        }
    }

    @Test func `an answer that is not taken gives its place to the next caller`() async throws {
        let limits = ConnectionLimits.patient(connectionsMax: 1) { $0.answer = .seconds(4) }
        try await OpenService.run(router, limits: limits) { service in
            var reading = try await service.caller()
            #expect(try await reading.get("/large")?.body.utf8.count == 16 << 20)
            try await reading.close()
            var greedy = try await service.caller()
            #expect(try await greedy.get("/live")?.status == 200)
            try await greedy.stopReading()
            try await greedy.write(Caller.get("/large"))
            var next = try await service.caller()
            #expect(try await next.get("/live")?.status == 200)
        }
    }

    @Test(arguments: ["Content-Length: 9\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"])
    func `a body that is cut off is never taken for a whole one`(request: String) async throws {
        try await OpenService.run(router) { service in
            var cut = try await service.caller()
            try await cut.write(post("/echo", request))
            try await cut.finish()
            let answer = await cut.answer()
            #expect(answer == nil || answer?.status == 400)
        }
    }
}
