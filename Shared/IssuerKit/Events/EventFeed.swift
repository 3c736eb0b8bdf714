import Storage
import Synchronization
import Tokens

/// The events as receivers read them, in order, from wherever each of them stands; and who waits for the next one.
///
/// The newest are in memory, the older ones in the database: a receiver that is up to date costs no read.
final class EventFeed: Sendable {
    /// Events in memory at most: 16 MB of a kilobyte each.
    private static let tailMax = 16_384

    private struct State {
        /// The position before the oldest event that is kept.
        var before: Int64
        var last: Int64
        /// The events up to `last`, without a gap.
        var tail: [StoredEvent] = []
    }

    private let state: Mutex<State>
    private let database: any Database

    /// A feed whose next event is the one after `position`.
    init(after position: Int64, database: any Database) {
        state = Mutex(State(before: position, last: position))
        self.database = database
    }

    var positionBeforeFirst: Int64 { state.withLock { $0.before } }
    var lastPosition: Int64 { state.withLock { $0.last } }

    /// Takes the next event in. One that is here already, or not the next, is passed over: `SecurityEvents.catchUp` brings what
    /// is missing in between.
    func admit(_ event: StoredEvent) {
        state.withLock { state in
            guard event.position == state.last + 1 else { return }
            state.last = event.position
            state.tail.append(event)
            if state.tail.count >= 2 * Self.tailMax { state.tail.removeFirst(Self.tailMax) }
        }
    }

    /// What the database has deleted.
    func forget(upTo position: Int64) {
        state.withLock { state in
            state.before = max(state.before, position)
            state.last = max(state.last, position)
            state.tail.removeAll { $0.position <= position }
        }
    }
}
