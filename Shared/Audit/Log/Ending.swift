import Synchronization

/// Something that happens once, and whoever waits for it.
final class Ending: Sendable {
    private struct State {
        var hasHappened = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func happen() {
        let waiting = state.withLock { state in
            state.hasHappened = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    func wait() async {
        await withCheckedContinuation { one in
            let hasHappened = state.withLock { state in
                if !state.hasHappened { state.waiting.append(one) }
                return state.hasHappened
            }
            if hasHappened { one.resume() }
        }
    }
}
