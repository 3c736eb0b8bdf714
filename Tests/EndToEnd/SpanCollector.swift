import Foundation
import Hummingbird
import NIOCore
import Synchronization
import TestKit

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
        try await LocalServer.run(router) { try await body(collector, "\($0)/v1/traces") }
    }
}
