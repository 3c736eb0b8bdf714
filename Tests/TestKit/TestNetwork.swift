import Synchronization
public import TokenClient
public import Tokens

/// The network of a test: answers out of memory by address, remembers what it was asked.
///
///     network.answer("https://localhost:8444", .status(503))
///     #expect(network.requests(to: "https://localhost:8444").count == 1)
public final class TestNetwork: HTTPSender {
    /// What stands at an address.
    public enum Answer: Sendable {
        case response(OutboundResponse)
        /// Nobody listens, or the answer takes too long.
        case unreachable
        /// Depends on the request.
        case script(@Sendable (OutboundRequest) -> OutboundResponse)

        public static func json(_ document: JSONObject, status: Int = 200) -> Answer {
            .response(OutboundResponse(status: status, body: JSONWriter.bytes(document)))
        }

        public static func status(_ status: Int) -> Answer { json([:], status: status) }
    }

    private struct State {
        var answers: [(prefix: String, answer: Answer)] = []
        var requests: [OutboundRequest] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// From now on every URL that begins with `prefix` is answered so; what was said last counts.
    public func answer(_ prefix: String, _ answer: Answer) {
        state.withLock { $0.answers.insert((prefix, answer), at: 0) }
    }

    /// What was asked so far, in order.
    public func requests(to prefix: String) -> [OutboundRequest] {
        state.withLock { $0.requests.filter { $0.url.hasPrefix(prefix) } }
    }

    public func send(_ request: OutboundRequest) async throws(DependencyUnavailable) -> OutboundResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.first { request.url.hasPrefix($0.prefix) }?.answer
        }
        switch answer {
        case .response(let response): return response
        case .script(let script): return script(request)
        case .unreachable, nil: throw DependencyUnavailable("test network")
        }
    }
}
