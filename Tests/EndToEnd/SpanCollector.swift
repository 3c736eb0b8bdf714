import Foundation
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// Takes whatever services export of their traces, and keeps it as it came.
final class SpanCollector: Sendable {
    private let received = Mutex(Data())

    /// All documents so far, one after the other.
    var text: Data { received.withLock { $0 } }

    /// Listens on a port of its own for the length of `body`.
    static func run(
        _ body: @escaping @Sendable (SpanCollector, _ endpoint: String) async throws -> Void
    ) async throws {
        let collector = SpanCollector()
        let router = Router()
        router.post("v1/traces") { request, _ in
            let document = try await request.body.collect(upTo: 8 << 20)
            collector.received.withLock { $0.append(contentsOf: document.readableBytesView) }
            return HTTPResponse.Status.ok
        }
        let (ports, opened) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "collector")
        logger.logLevel = .critical
        let server = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { opened.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await port in ports {
                try await body(collector, "http://127.0.0.1:\(port)/v1/traces")
                break
            }
            group.cancelAll()
        }
    }
}
