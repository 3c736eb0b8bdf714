import Synchronization
import TokenClient
import Tokens

/// Answers from a script, remembers what it was asked, and can hold its answers back: no sockets, no sleeps.
final class StubSender: HTTPSender {
    typealias Answer = Result<OutboundResponse, DependencyUnavailable>
    typealias Script = @Sendable (OutboundRequest) -> Answer

    private struct State {
        var script: Script
        var requests: [OutboundRequest] = []
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    init(_ script: @escaping Script) { state = Mutex(State(script: script)) }

    convenience init(_ answer: Answer) { self.init { _ in answer } }

    var requests: [OutboundRequest] { state.withLock { $0.requests } }
    var calls: Int { requests.count }

    func answer(_ answer: Answer) { self.script { _ in answer } }

    func script(_ script: @escaping Script) { state.withLock { $0.script = script } }

    /// From now on a request waits until `release`.
    func hold() { state.withLock { $0.isHolding = true } }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isHolding = false
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Returns when `count` requests have come in; also when the test's time is up, so that it fails and does not hang.
    func called(times count: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if state.requests.count >= count || Task.isCancelled { return true }
                    state.watchers.append((count, continuation))
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            wake { _ in true }
        }
    }

    private func wake(_ isDue: @Sendable (_ count: Int) -> Bool) {
        let due = state.withLock { state in
            defer { state.watchers.removeAll { isDue($0.count) } }
            return state.watchers.filter { isDue($0.count) }
        }
        for watcher in due { watcher.continuation.resume() }
    }

    func send(_ request: OutboundRequest) async throws(DependencyUnavailable) -> OutboundResponse {
        let calls = state.withLock { state in
            state.requests.append(request)
            return state.requests.count
        }
        wake { $0 <= calls }
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHolding { state.held.append(continuation) }
                return state.isHolding
            }
            if !isHeld { continuation.resume() }
        }
        return try state.withLock { $0.script }(request).get()
    }
}

extension StubSender.Answer {
    static let unreachable = StubSender.Answer.failure(DependencyUnavailable("localhost:1"))

    static func status(_ status: Int, _ body: String = "") -> Self {
        .success(OutboundResponse(status: status, body: Array(body.utf8)))
    }

    static func keys(_ keys: [SigningKey], cacheControl: String? = "max-age=300") -> Self {
        let document = JSONWriter.bytes(KeySet(keys.map(\.verificationKey)).document)
        let headers = cacheControl.map { [("Cache-Control", $0)] } ?? []
        return .success(OutboundResponse(status: 200, headers: headers, body: document))
    }
}

extension OutboundRequest {
    var text: String { String(decoding: body ?? [], as: UTF8.self) }

    func header(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }
}

/// A noon to start from.
let noon = NumericDate(1_800_000_000)
