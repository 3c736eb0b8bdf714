import ServiceLifecycle
import Synchronization

/// Somebody who waits until released, once. A release that comes first is not lost.
final class EventWaiter: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Void, Never>)
        case released
    }

    private let state = Mutex(State.new)

    /// Returns when released, when the task is cancelled, or when the service begins to shut down.
    func wait() async {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                let isReleased = state.withLock { state in
                    if case .released = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isReleased { continuation.resume() }
            }
        } onCancelOrGracefulShutdown: {
            self.release()
        }
    }

    func release() {
        let continuation = state.withLock { state in
            defer { state = .released }
            if case .waiting(let continuation) = state { return continuation as CheckedContinuation<Void, Never>? }
            return nil
        }
        continuation?.resume()
    }
}
