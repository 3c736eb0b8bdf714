import Audit
import Hummingbird
import NIOCore
import TestKit
import Testing
import Tokens

@testable import ServiceKit

/// What no router sees, each beside a request that differs by one thing.
@Suite("Requests that cannot be read leave one record", .timeLimit(.minutes(2)))
struct UnreadRequestTests {
    private let audit = TestAudit()

    private var router: Router<ServiceContext> {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test(audit))
        router.get("live") { _, _ in Response.json(["live": true]) }
        router.post("echo") { request, _ in
            Response.bytes(try await request.readBytes(bytesMax: 4096), type: "text/plain")
        }
        router.post("unread") { _, _ in Response.json(["ok": true]) }
        return router
    }

    private func get(_ line: String = "GET /live HTTP/1.1", _ fields: String = "") -> String {
        "\(line)\r\nHost: localhost\r\n\(fields)\r\n"
    }

    @Test func `one that can be read leaves none here`() async throws {
        try await OpenService.run(router, audit: audit) { service in
            var caller = try await service.caller(saying: get() + get(fields: "X-Padding: \(padding(8_000))\r\n"))
            #expect(await caller.answer()?.status == 200)
            #expect(await caller.answer()?.status == 200)
        }
        #expect(audit.records.isEmpty)
    }

    @Test(
        arguments: [
            ("no HTTP", "hello\r\n\r\n", 400, .bodyMalformed),
            ("a method that is none", "G@T /live HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, .bodyMalformed),
            ("another version", "GET /live HTTP/9.1\r\nHost: localhost\r\n\r\n", 400, .bodyMalformed),
            ("a space before a colon", "GET /live HTTP/1.1\r\nHost : localhost\r\n\r\n", 400, .bodyMalformed),
            (
                "two lengths", "POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400,
                .bodyMalformed
            ),
            (
                "a length and chunks",
                "POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
                .bodyMalformed
            ),
        ] as [(String, String, Int, Refusal)]
    )
    func `a head that is no HTTP`(wrong: String, text: String, status: Int, reason: Refusal) async throws {
        try await OpenService.run(router, audit: audit) { service in
            var caller = try await service.caller(saying: text)
            let answer = await caller.answer()
            #expect(answer?.status == status)
            try requireOneRecord(reason, answer)
        }
    }

    @Test(arguments: ["one field", "all together", "their number"])
    func `a head that is too large`(wrong: String) async throws {
        let fields =
            switch wrong {
            case "one field": "X-Padding: \(padding(17_000))\r\n"
            case "all together": (0..<3).map { "X-Padding-\($0): \(padding(6_000))\r\n" }.joined()
            default: (0..<101).map { "X-\($0): a\r\n" }.joined()
            }
        try await OpenService.run(router, audit: audit) { service in
            var caller = try await service.caller(saying: get(fields: fields))
            let answer = await caller.answer()
            #expect(answer?.status == 431)
            try requireOneRecord(.headersTooLarge, answer)
        }
    }

    @Test func `a head that does not come in time`() async throws {
        let limits = ConnectionLimits.patient { $0.head = .milliseconds(300) }
        try await OpenService.run(router, limits: limits, audit: audit) { service in
            var caller = try await service.caller(saying: "GET /live HTTP/1.1\r\nX-Padding: ", andThen: "a")
            let answer = await caller.answer()
            #expect(answer?.status == 408)
            try requireOneRecord(.requestTimedOut, answer)
        }
    }

    @Test func `whoever says nothing has asked for nothing`() async throws {
        let limits = ConnectionLimits.patient { $0.head = .milliseconds(300) }
        try await OpenService.run(router, limits: limits, audit: audit) { service in
            var silent = try await service.caller()
            #expect(await silent.isClosed())
        }
        #expect(audit.records.isEmpty)
    }

    @Test func `a body that is framed wrongly is its reader's to refuse`() async throws {
        try await OpenService.run(router, audit: audit) { service in
            let head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            var caller = try await service.caller(saying: head + "zz\r\n")
            #expect(await caller.answer()?.status == 400)
        }
        #expect(audit.records.map(\.route) == ["POST /echo"])
        #expect(audit.records.first?.reason == .refusal(.bodyMalformed))
    }

    @Test func `what comes after a good request is judged by itself`() async throws {
        try await OpenService.run(router, audit: audit) { service in
            var caller = try await service.caller(saying: get() + "hello\r\n\r\n")
            #expect(await caller.answer()?.status == 200)
            let answer = await caller.answer()
            #expect(answer?.status == 400)
            try requireOneRecord(.bodyMalformed, answer)
        }
    }

    private func get(fields: String) -> String { get("GET /live HTTP/1.1", fields) }

    private func padding(_ count: Int) -> String { String(repeating: "a", count: count) }

    private func requireOneRecord(_ reason: Refusal, _ answer: Caller.Answer?) throws {
        let record = try #require(audit.records.first)
        #expect(audit.records.count == 1)
        #expect(record.event == .request && record.outcome == .denied && record.reason == .refusal(reason))
        #expect(record.status == answer?.status && record.peer.address == "127.0.0.1")
        // Whoever was refused can quote it.
        #expect(answer?.head.contains("\r\ntransaction-id: \(record.trace.transactionID)") == true)
    }
}
