import AsyncHTTPClient
public import Audit
import CoreMetrics
public import Logging
public import NIOCore
import NIOHTTP1
public import ServiceLifecycle
import Synchronization
import Tokens

/// Sends a span of every decision to a collector: OTLP over HTTP, as JSON.
///
/// Whoever is observed never waits and never fails for it: spans are put into a bounded queue and sent from there once a second.
/// What finds the queue full, and what the collector does not take, is counted and gone; nothing is sent twice. The audit log has
/// it all.
public final class SpanExporter: Service {
    private enum Result: String, CaseIterable { case sent, dropped, failed }

    private static let queuedMax = 4_096
    private static let batchMax = 512
    private static let pause = Duration.seconds(1)
    private static let secondsMax: Int64 = 2

    private let endpoint: String
    private let service: String
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let queued = Mutex<[AuditRecord]>([])
    private let counters: [Result: Counter]

    /// An exporter that sends as soon as it runs.
    ///
    /// - Parameters:
    ///   - endpoint: URL to which spans are posted: `http://127.0.0.1:4318/v1/traces`.
    ///   - service: `service.name` of the spans.
    ///   - registry: shows `gatehouse_spans_total`.
    public init(
        endpoint: String,
        service: String,
        registry: PrometheusRegistry,
        eventLoopGroup: any EventLoopGroup,
        logger: Logger
    ) {
        self.endpoint = endpoint
        self.service = service
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        registry.describe(
            "gatehouse_spans_total",
            "Spans for the collector: sent, dropped before, or failed on the way."
        )
        let pairs = Result.allCases.map { result in
            let labels = [("result", result.rawValue)]
            return (result, Counter(label: "gatehouse_spans_total", dimensions: labels, factory: registry))
        }
        counters = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Takes a decision, to be sent later.
    public func add(_ record: AuditRecord) {
        let isTaken = queued.withLock { queued in
            guard queued.count < Self.queuedMax else { return false }
            queued.append(record)
            return true
        }
        if !isTaken { counters[.dropped]?.increment() }
    }

    /// Sends until shutdown, and then what is left.
    public func run() async throws {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(1)
        let client = HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration)
        while await waited() { await flush(client) }
        await flush(client)
        try? await client.shutdown()
    }

    /// False when the service stops.
    private func waited() async -> Bool {
        await cancelWhenGracefulShutdown { (try? await Task.sleep(for: Self.pause)) != nil }
    }

    private func flush(_ client: HTTPClient) async {
        while case let batch = takeBatch(), !batch.isEmpty {
            // A collector that is away is asked once a second, not once a batch: the rest waits, and is dropped when it is too much.
            guard await send(batch, client) else { return }
        }
    }

    private func takeBatch() -> [AuditRecord] {
        queued.withLock { queued in
            let batch = Array(queued.prefix(Self.batchMax))
            queued.removeFirst(batch.count)
            return batch
        }
    }

    private func send(_ batch: [AuditRecord], _ client: HTTPClient) async -> Bool {
        let body = JSONWriter.bytes(Span.export(batch.map(Span.init), of: service))
        var request = HTTPClientRequest(url: endpoint)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let answer = try await client.execute(request, timeout: .seconds(Self.secondsMax))
            // Read to its end, so that the connection can be used again.
            _ = try await answer.body.collect(upTo: 64 * 1024)
            guard answer.status == .ok else { throw Unwanted(status: Int(answer.status.code)) }
            counters[.sent]?.increment(by: batch.count)
            return true
        } catch {
            logger.debug("spans not sent", metadata: ["reason": "\(error)", "count": "\(batch.count)"])
            counters[.failed]?.increment(by: batch.count)
            return false
        }
    }

    private struct Unwanted: Error { let status: Int }
}
