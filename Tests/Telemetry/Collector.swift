import HTTPTypes
import Hummingbird
import NIOCore
import TestKit
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
        try await LocalServer.run(router) { try await body("\($0)/v1/traces") }
    }
}
