import Audit
import HTTPTypes
import Logging
import NIOPosix
import ServiceLifecycle
import Testing
import Tokens

@testable import Telemetry

/// A record that holds everything which no span may show.
private func record(_ outcome: AuditOutcome, _ reason: AuditReason? = nil) -> AuditRecord {
    var record = AuditRecord(.access, outcome, service: "orders-api", trace: TraceContext(), time: 1_700_000_000_123)
    record.reason = reason
    record.parentSpanID = "00f067aa0ba902b7"
    record.durationMicroseconds = 1_500
    record.route = "GET /orders/{id}"
    record.status = outcome == .failed ? 503 : outcome == .denied ? 401 : 200
    record.peer = AuditRecord.Peer(address: "192.0.2.7", certificate: "thumb", name: "spiffe://peer")
    record.subject = "alice"
    record.clientID = "web-client"
    record.presented = [AuditToken(.access, tokenID: "token-id", issuer: "https://id", subject: "alice")]
    record.details = ["note": "free text"]
    return record
}

@Suite("Spans as OTLP over HTTP, JSON", .timeLimit(.minutes(5)))
struct SpanExporterTests {
    private let registry = PrometheusRegistry()

    private func exporter(_ endpoint: String) -> SpanExporter {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return SpanExporter(
            endpoint: endpoint,
            service: "orders-api",
            registry: registry,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
    }

    /// Runs it until `body` returns, and stops it as SIGTERM does.
    private func running(_ exporter: SpanExporter, _ body: () async throws -> Void) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let group = ServiceGroup(services: [exporter], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func spans(_ export: JSONObject) throws -> [JSONObject] {
        let resource = try #require(export["resourceSpans"]?.array?.first?.object)
        let attributes = try #require(resource["resource"]?.object?["attributes"]?.array)
        #expect(attributes == [["key": "service.name", "value": ["stringValue": "orders-api"]]])
        let scope = try #require(resource["scopeSpans"]?.array?.first?.object)
        #expect(scope["scope"] == ["name": "gatehouse"])
        return try #require(scope["spans"]?.array).map { try #require($0.object) }
    }

    @Test func `a decision is one span with the ids of its request`() async throws {
        let collector = Collector()
        let decision = record(.denied, .refusal(.tokenExpired))
        try await collector.run { endpoint in
            let exporter = exporter(endpoint)
            try await running(exporter) {
                exporter.add(decision)
                let export = try #require(await collector.posts.first { _ in true })
                let span = try #require(try spans(export).first)
                let expected: JSONObject = [
                    "traceId": .string(decision.trace.traceID),
                    "spanId": .string(decision.trace.spanID),
                    "name": "GET /orders/{id}",
                    "kind": 2,
                    "startTimeUnixNano": "1700000000121500000",
                    "endTimeUnixNano": "1700000000123000000",
                    "attributes": [
                        ["key": "gatehouse.txn", "value": ["stringValue": .string(decision.trace.transactionID)]],
                        ["key": "gatehouse.event", "value": ["stringValue": "access"]],
                        ["key": "gatehouse.outcome", "value": ["stringValue": "denied"]],
                        ["key": "gatehouse.reason", "value": ["stringValue": "tokenExpired"]],
                        ["key": "http.request.method", "value": ["stringValue": "GET"]],
                        ["key": "http.route", "value": ["stringValue": "/orders/{id}"]],
                        ["key": "http.response.status_code", "value": ["intValue": "401"]],
                    ],
                    "status": [:],
                    "parentSpanId": "00f067aa0ba902b7",
                ]
                #expect(span == expected)
                #expect(decision.trace.traceID.utf8.count == 32 && decision.trace.spanID.utf8.count == 16)
            }
        }
        #expect(registry.text().contains(#"gatehouse_spans_total{result="sent"} 1"#))
    }

    @Test func `no name, address or token id leaves the house`() throws {
        let text = String(decoding: JSONWriter.bytes(Span.export([Span(record(.allowed))], of: "s")), as: UTF8.self)
        for secret in ["alice", "192.0.2.7", "web-client", "token-id", "thumb", "spiffe", "free text", "https://id"] {
            #expect(!text.contains(secret))
        }
        #expect(text.contains("/orders/{id}"))
    }

    @Test
    func `only a failure of ours is an error; what a service does by itself has no caller; a made-up method stays out`()
    {
        #expect(Span(record(.failed, .unavailable)).document["status"] == ["code": 2])
        #expect(Span(record(.denied, .refusal(.tokenExpired))).document["status"] == [:])
        var own = AuditRecord(.keyChange, service: "s", trace: TraceContext())
        #expect(Span(own).document["kind"] == 1)
        #expect(Span(own).document["parentSpanId"] == nil)
        own.route = "SECRET "
        #expect(Span(own).document["name"] == "keyChange")
    }

    @Test func `what is left when the service stops is sent`() async throws {
        let collector = Collector()
        try await collector.run { endpoint in
            let exporter = exporter(endpoint)
            for _ in 0..<1_200 { exporter.add(record(.allowed)) }
            try await running(exporter) {}
        }
        #expect(registry.text().contains(#"gatehouse_spans_total{result="sent"} 1200"#))
    }

    @Test func `a collector that refuses costs its spans and nothing else`() async throws {
        let collector = Collector(answering: .serviceUnavailable)
        try await collector.run { endpoint in
            let exporter = exporter(endpoint)
            exporter.add(record(.allowed))
            try await running(exporter) {}
        }
        #expect(registry.text().contains(#"gatehouse_spans_total{result="failed"} 1"#))
    }

    @Test func `a queue that is full drops what comes, and says how much`() async throws {
        let exporter = exporter("http://127.0.0.1:1/v1/traces")
        for _ in 0..<4_100 { exporter.add(record(.allowed)) }
        #expect(registry.text().contains(#"gatehouse_spans_total{result="dropped"} 4"#))
        // Nobody listens there: the service stops all the same.
        try await running(exporter) {}
    }
}
