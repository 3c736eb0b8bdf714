import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Tokens

/// A collector of traces on a port of its own, that keeps what is posted to it.
final class Collector: Sendable {
    private let status: HTTPResponse.Status
    private let arrivals: AsyncStream<JSONObject>.Continuation
    /// What is posted, as it comes.
    let posts: AsyncStream<JSONObject>

    init(answering status: HTTPResponse.Status = .ok) {
        self.status = status
        (posts, arrivals) = AsyncStream.makeStream(of: JSONObject.self)
    }

    /// Listens for the length of `body`, which is given the URL to post to.
    func run(_ body: @escaping @Sendable (_ endpoint: String) async throws -> Void) async throws {
        let router = Router()
        router.post("v1/traces") { [self] request, _ in
            let bytes = Array(buffer: try await request.body.collect(upTo: 8 << 20))
            let isJSON = request.headers[.contentType] == "application/json"
            if isJSON, let json = try? JSONReader.readObject(bytes, bytesMax: 8 << 20) { arrivals.yield(json) }
            return Response(status: status)
        }
        let (ports, opened) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "collector")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { opened.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)/v1/traces")
                break
            }
            group.cancelAll()
        }
    }
}
