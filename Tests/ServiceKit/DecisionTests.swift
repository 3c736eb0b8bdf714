import Audit
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ServiceKit
import Testing
import Tokens

/// A log that takes nothing.
private struct FullDisk: AuditSink {
    func record(_ record: AuditRecord) throws(DependencyUnavailable) { throw DependencyUnavailable("audit log") }
    func recordDurably(_ record: AuditRecord) async throws(DependencyUnavailable) {
        throw DependencyUnavailable("audit log")
    }
    func requireWritable() throws(DependencyUnavailable) { throw DependencyUnavailable("audit log") }
}

private func application(_ audit: any AuditSink) -> some ApplicationProtocol {
    let router = Router<ServiceContext>.service(.oauth, recordedBy: .test(audit))
    router.get("page") { _, _ in Response.json([:]) }
    router.post("issue") { _, context in
        try context.decision.begin(.tokenIssue)
        context.decision.note { $0.clientID = "web" }
        return Response.json(["access_token": "secret"])
    }
    router.get("refused/{reason}") { _, context -> Response in
        throw try #require(Refusal(rawValue: context.parameters.require("reason")))
    }
    router.get("fault") { _, _ -> Response in throw DependencyUnavailable("key set") }
    return Application(router: router)
}

@Suite("One request, one record")
struct DecisionTests {
    @Test func `what was decided leaves one record with the id of its answer`() async throws {
        let audit = AuditMemory()
        try await application(audit).test(.router) { client in
            let answer = try await client.execute(uri: "/issue", method: .post)
            let record = try #require(audit.records.first)
            #expect(audit.records.count == 1)
            #expect(record.event == .tokenIssue && record.outcome == .allowed && record.reason == nil)
            #expect(record.route == "POST /issue" && record.status == 200 && record.clientID == "web")
            #expect(record.trace.transactionID == answer.headers[.transactionID])
            #expect(record.durationMicroseconds >= 0 && record.time > 1_700_000_000_000)
        }
    }

    @Test func `a page that was read is no decision`() async throws {
        let audit = AuditMemory()
        try await application(audit).test(.router) { client in
            let page = try await client.execute(uri: "/page", method: .get)
            #expect(page.status == .ok)
            #expect(audit.records.isEmpty)
        }
    }

    @Test(arguments: [
        ("/refused/tokenExpired", AuditOutcome.denied, AuditReason.refusal(.tokenExpired)),
        ("/nowhere", .denied, .refusal(.resourceNotFound)), ("/fault", .failed, .unavailable),
    ])
    func `what was refused leaves one record with its reason`(
        path: String,
        outcome: AuditOutcome,
        reason: AuditReason
    ) async throws {
        let audit = AuditMemory()
        try await application(audit).test(.router) { client in
            _ = try await client.execute(uri: path, method: .get)
            #expect(audit.records.count == 1)
            #expect(audit.records.first?.outcome == outcome)
            #expect(audit.records.first?.reason == reason)
        }
    }

    @Test(arguments: Refusal.allCases)
    func `every reason for a refusal leaves one record that names it`(reason: Refusal) async throws {
        let audit = AuditMemory()
        try await application(audit).test(.router) { client in
            _ = try await client.execute(uri: "/refused/\(reason.rawValue)", method: .get)
            #expect(audit.records.map(\.reason) == [.refusal(reason)])
            #expect(audit.records.map(\.outcome) == [.denied])
        }
    }

    @Test func `while the log takes nothing, nothing is issued, and pages are still read`() async throws {
        try await application(FullDisk()).test(.router) { client in
            let refused = try await client.execute(uri: "/issue", method: .post)
            #expect(refused.status == .serviceUnavailable)
            #expect(refused.headers[.retryAfter] == "1")
            #expect(!String(buffer: refused.body).contains("access_token"))
            let page = try await client.execute(uri: "/page", method: .get)
            #expect(page.status == .ok)
        }
    }
}

@Suite("Trace context between services, W3C Trace Context §3.2")
struct TraceTests {
    private func record(of caller: String?, _ headers: HTTPFields) async throws -> AuditRecord {
        let audit = AuditMemory()
        let peer = caller.map { PeerCertificate(thumbprint: CertificateThumbprint(ofDER: [1]), spiffeID: $0) }
        let recorder = Runtime.test(name: "test", clock: SystemClock(), peer: peer, audit: audit).decisions
        let router = Router<ServiceContext>.service(.problem, recordedBy: recorder)
        try await Application(router: router).test(.router) { client in
            _ = try await client.execute(uri: "/nowhere", method: .get, headers: headers)
        }
        return try #require(audit.records.first)
    }

    @Test func `inside the house a request stays in its trace, below the span of its caller`() async throws {
        let caller = TraceContext()
        let name = try #require(HTTPField.Name("trace" + "parent"))
        let record = try await record(
            of: "spiffe://gatehouse.local/gateway",
            [.transactionID: caller.transactionID, name: caller.traceparent]
        )
        #expect(record.trace.transactionID == caller.transactionID)
        #expect(record.parentSpanID == caller.spanID)
        #expect(record.trace.spanID != caller.spanID)
    }

    @Test func `a stranger's trace is not believed`() async throws {
        let stranger = TraceContext()
        let name = try #require(HTTPField.Name("trace" + "parent"))
        let record = try await record(of: nil, [.transactionID: stranger.transactionID, name: stranger.traceparent])
        #expect(record.trace.transactionID != stranger.transactionID)
        #expect(record.parentSpanID == nil)
    }

    @Test func `a traceparent of another trace than the transaction's is no parent`() async throws {
        let (one, other) = (TraceContext(), TraceContext())
        let name = try #require(HTTPField.Name("trace" + "parent"))
        let record = try await record(
            of: "spiffe://gatehouse.local/gateway",
            [.transactionID: one.transactionID, name: other.traceparent]
        )
        #expect(record.trace.transactionID == one.transactionID)
        #expect(record.parentSpanID == nil)
    }
}
