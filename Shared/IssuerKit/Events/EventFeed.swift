import Storage
import Synchronization
import Tokens

/// The events as receivers read them, in order, from wherever each of them stands; and who waits for the next one.
///
/// The newest are in memory, the older ones in the database: a receiver that is up to date costs no read. A thousand of
/// them cost one page, written out by the first; and nobody who waits has a timer: one `tick` a second looks after all.
final class EventFeed: Sendable {
    /// Ticks after which a poll is answered, events or not. Well below the minute after which servers and proxies close a
    /// silent connection.
    static let waitTicksMax = 10
    /// Events in memory at most, of less than a kilobyte each.
    private static let tailMax = 16_384

    private struct State {
        /// The position before the oldest event that is kept.
        var before: Int64
        var last: Int64
        /// The events up to `last`, without a gap.
        var tail: [StoredEvent] = []
        /// Pages of this moment, by the position that they follow.
        var pages: [Int64: EventPage] = [:]
        var waiters: [String: (waiter: EventWaiter, until: Int)] = [:]
        var ticks = 0
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
    /// Who waits, by name.
    var waiting: Set<String> { state.withLock { Set($0.waiters.keys) } }
    /// Calls of `tick` so far.
    var ticks: Int { state.withLock { $0.ticks } }

    /// Takes the next event in and wakes everybody. One that is here already, or not the next, is passed over:
    /// `SecurityEvents.catchUp` brings what is missing in between.
    func admit(_ event: StoredEvent) {
        let woken = state.withLock { state -> [EventWaiter] in
            guard event.position == state.last + 1 else { return [] }
            state.last = event.position
            state.tail.append(event)
            if state.tail.count >= 2 * Self.tailMax { state.tail.removeFirst(Self.tailMax) }
            state.pages.removeAll(keepingCapacity: true)
            defer { state.waiters.removeAll(keepingCapacity: true) }
            return state.waiters.values.map(\.waiter)
        }
        for waiter in woken { waiter.release() }
    }

    /// Drops what the database has deleted.
    func forget(upTo position: Int64) {
        state.withLock { state in
            state.before = max(state.before, position)
            state.last = max(state.last, position)
            state.tail.removeAll { $0.position <= position }
            state.pages.removeAll(keepingCapacity: true)
        }
    }

    /// The events after `position`, as many as fit one answer.
    func page(after position: Int64) async throws -> EventPage {
        if let page = state.withLock({ $0.pages[position] }) { return page }
        let (events, last) = try await events(after: position, countMax: EventPage.eventsMax)
        let isMoreBehind = (events.last?.position ?? position) < last
        let page = EventPage(of: events, countMax: EventPage.eventsMax, isMoreBehind: isMoreBehind)
        state.withLock { state in
            // Only what is still true; and every receiver at a place of its own must not take all memory.
            if state.last == last, state.pages.count < 256 { state.pages[position] = page }
        }
        return page
    }

    /// The same for a receiver that wants less, or has acknowledged some of them already.
    func page(after position: Int64, without acknowledged: Set<Int64>, countMax: Int) async throws -> EventPage {
        let (events, last) = try await events(after: position, countMax: EventPage.eventsMax)
        return EventPage(
            of: events.filter { !acknowledged.contains($0.position) },
            countMax: countMax,
            isMoreBehind: (events.last?.position ?? position) < last
        )
    }

    /// The next event after `position`; nil where there is none yet.
    func event(after position: Int64) async throws -> StoredEvent? {
        try await events(after: position, countMax: 1).0.first
    }

    /// - Gives: events, and the last position of all at the moment when they were read.
    private func events(after position: Int64, countMax: Int) async throws -> ([StoredEvent], last: Int64) {
        let (tail, last) = state.withLock { state -> (ArraySlice<StoredEvent>?, Int64) in
            let start = state.tail.count - Int(min(state.last - position, .init(Int32.max)))
            return (start >= 0 ? state.tail[min(start, state.tail.count)...].prefix(countMax) : nil, state.last)
        }
        if let tail { return (Array(tail), last) }
        return (try await database.read { try EventRows.events(after: position, countMax: countMax, $0) }, last)
    }

    /// Returns when there is an event after `position`, and at the latest after `ticksMax` ticks, or when the service begins
    /// to shut down. One waits under each name: who comes later takes the other's place, who has hung up, most likely. (A
    /// connection that is closed does not end the wait by itself: at most one in each stream's place, for ten seconds.)
    func wait(beyond position: Int64, as name: String, ticksMax: Int = waitTicksMax) async {
        let waiter = EventWaiter()
        let replaced = state.withLock { state -> EventWaiter? in
            guard state.last <= position else {
                waiter.release()
                return nil
            }
            return state.waiters.updateValue((waiter, state.ticks + ticksMax), forKey: name)?.waiter
        }
        replaced?.release()
        await waiter.wait()
        state.withLock { state in
            if state.waiters[name]?.waiter === waiter { state.waiters[name] = nil }
        }
    }

    /// To be called once a second: releases who has waited long enough.
    func tick() {
        let due = state.withLock { state -> [EventWaiter] in
            state.ticks += 1
            return state.waiters.values.filter { $0.until <= state.ticks }.map(\.waiter)
        }
        for waiter in due { waiter.release() }
    }
}
