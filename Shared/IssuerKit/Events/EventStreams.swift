import Logging
import Storage
import Synchronization
import Tokens

/// The receivers of an issuer's events, and how far each of them has come.
///
/// A stream is durable when it is made; what it acknowledges afterwards is written down by `flush`, once a second. What a
/// kill takes away of that is handed out again, and receivers drop repeats by their `jti`.
final class EventStreams: Sendable {
    /// Streams of one client at most: every replica of a service makes one at its start, and one that crashes in a loop must not
    /// push out the other clients' streams.
    static let perClientMax = 1_024
    /// Streams at most. Each takes half a kilobyte, and shares the page that it was handed with all who stand where it stands.
    static let countMax = 4_096

    private struct State {
        var streams: [String: EventStream]
        /// Those that differ from their rows.
        var changed: Set<String> = []
    }

    private let state: Mutex<State>
    private let feed: EventFeed
    private let database: any Database
    private let retentionSeconds: Int64
    private let clock: any WallClock
    private let logger: Logger

    static func open(
        _ events: SecurityEvents,
        database: any Database,
        clock: any WallClock,
        logger: Logger
    ) async throws -> EventStreams {
        EventStreams(try await database.read { try EventStreamRows.all($0) }, events, database, clock, logger)
    }

    private init(
        _ streams: [EventStream],
        _ events: SecurityEvents,
        _ database: any Database,
        _ clock: any WallClock,
        _ logger: Logger
    ) {
        state = Mutex(State(streams: Dictionary(streams.map { ($0.id, $0) }) { $1 }))
        feed = events.feed
        retentionSeconds = events.retentionSeconds
        self.database = database
        self.clock = clock
        self.logger = logger
    }

    /// Every stream, in no order.
    var all: [EventStream] { state.withLock { Array($0.streams.values) } }

    subscript(id: String) -> EventStream? { state.withLock { $0.streams[id] } }

    /// A new stream, durable when this returns. It begins before the oldest event that is kept: its backlog is the snapshot with
    /// which a late starter catches up.
    func make(for clientID: String, _ delivery: EventDelivery) async throws -> EventStream {
        let stream = EventStream(
            id: Credential.random(byteCount: 16).exposed,
            clientID: clientID,
            delivery: delivery,
            acknowledged: feed.positionBeforeFirst,
            heardAt: clock.now()
        )
        let displaced = displaced(by: stream)
        try await database.transaction { connection in
            for id in displaced { try EventStreamRows.delete(id, connection) }
            try EventStreamRows.insert(stream, connection)
        }
        state.withLock { state in
            for id in displaced { state.streams[id] = nil }
            state.streams[stream.id] = stream
        }
        return stream
    }

    /// Which streams go when `new` comes: an earlier one that sends to the same place, or each restart of a receiver would have
    /// every event sent to it once more; and where there is no room, the one that was heard longest ago, of the same client
    /// or of all. Its receiver, if there still is one, learns it by its next poll, makes another and misses nothing.
    private func displaced(by new: EventStream) -> Set<String> {
        let streams = all
        let ofClient = streams.filter { $0.clientID == new.clientID }
        let toSamePlace = ofClient.filter { $0.delivery != .poll && $0.delivery == new.delivery }
        guard toSamePlace.isEmpty else { return Set(toSamePlace.map(\.id)) }
        let isCrowd = ofClient.count >= Self.perClientMax
        guard isCrowd || streams.count >= Self.countMax else { return [] }
        let oldest = (isCrowd ? ofClient : streams).min { $0.heardAt < $1.heardAt }
        return Set(oldest.map { [$0.id] } ?? [])
    }

    /// The answer to a poll: what `clientID` has not acknowledged on its stream, after it has said what it has.
    ///
    /// - Gives: the body (RFC 8936 §2.3), at once where there is something, or the receiver does not want to wait; otherwise with
    ///   the next event, or empty after some ten seconds.
    /// - Refuses: `resourceNotFound` for a stream that is not there, or another client's.
    func poll(_ id: String, by clientID: String, _ request: EventPollRequest) async throws -> [UInt8] {
        var stream = try change(id, of: clientID) { stream in
            stream.acknowledge(request.acknowledged)
            stream.refuse(request.errors.map(\.tokenID))
        }
        log(request.errors, id)
        let countMax = min(request.eventsMax ?? EventPage.eventsMax, EventPage.eventsMax)
        var page = try await page(for: stream, countMax)
        // The receiver only acknowledges, and may go on with what it was given before (RFC 8936 §2.4.2).
        guard countMax > 0 else { return page.document }
        if page.entries.isEmpty, !request.isImmediate {
            await feed.wait(beyond: stream.acknowledged, as: id)
            stream = try change(id, of: clientID) { _ in }
            page = try await self.page(for: stream, countMax)
        }
        let offered = page
        try change(id, of: clientID) { $0.offer(offered) }
        return page.document
    }

    private func page(for stream: EventStream, _ countMax: Int) async throws -> EventPage {
        guard countMax < EventPage.eventsMax || !stream.acknowledgedBehind.isEmpty else {
            return try await feed.page(after: stream.acknowledged)
        }
        return try await feed.page(
            after: stream.acknowledged,
            without: stream.acknowledgedBehind,
            countMax: countMax
        )
    }

    /// Changes a stream.
    ///
    /// - Parameters:
    ///   - clientID: who asks for it; nil where we were the ones to knock.
    ///   - isHeard: its receiver has just shown that it is there.
    /// - Refuses: as `poll`.
    @discardableResult
    func change(
        _ id: String,
        of clientID: String? = nil,
        isHeard: Bool = true,
        _ body: (inout EventStream) -> Void
    ) throws(Refusal) -> EventStream {
        let (now, before) = (clock.now(), feed.positionBeforeFirst)
        let changed = state.withLock { state -> EventStream? in
            guard var stream = state.streams[id], clientID == nil || stream.clientID == clientID else { return nil }
            let old = stream
            if isHeard { stream.hear(at: now) }
            stream.skip(to: before)
            body(&stream)
            state.streams[id] = stream
            if stream.differsNotably(from: old) { state.changed.insert(id) }
            return stream
        }
        guard let changed else { throw .resourceNotFound }
        return changed
    }

    /// Writes down what has changed.
    func flush() async throws {
        let changed = state.withLock { state in
            defer { state.changed = [] }
            return state.changed.compactMap { state.streams[$0] }
        }
        guard !changed.isEmpty else { return }
        do {
            try await database.transaction { connection in
                for stream in changed { try EventStreamRows.update(stream, connection) }
            }
        } catch {
            state.withLock { $0.changed.formUnion(changed.map(\.id)) }
            throw error
        }
    }

    /// Removes the streams that nobody has been heard on for as long as an event is kept: there is nothing left to go on from.
    /// Who waits at this moment is there, whatever a clock says that was moved meanwhile.
    func removeDead() async throws {
        let (cutoff, waiting) = (clock.now() - retentionSeconds, feed.waiting)
        let dead = all.filter { $0.heardAt < cutoff && !waiting.contains($0.id) }.map(\.id)
        guard !dead.isEmpty else { return }
        try await database.transaction { connection in
            for id in dead { try EventStreamRows.delete(id, connection) }
        }
        state.withLock { state in
            for id in dead { state.streams[id] = nil }
        }
    }

    /// What a receiver refuses is for people to look at: it will not be sent again (RFC 8936 §2.6).
    func log(_ errors: [(tokenID: String, code: String)], _ id: String) {
        for error in errors.prefix(EventPage.eventsMax) {
            // Both are the receiver's words: no more of them in the log than what a jti and a code can be.
            let words = [error.tokenID, error.code].map { text in
                String(text.unicodeScalars.prefix(64).map { $0.isASCII && $0.value > 32 ? Character($0) : "?" })
            }
            logger.warning("event refused", metadata: ["stream": "\(id)", "jti": "\(words[0])", "err": "\(words[1])"])
        }
    }
}

extension EventStream {
    /// Worth a row: that a receiver was heard is written once a minute, not with every poll.
    fileprivate func differsNotably(from old: EventStream) -> Bool {
        acknowledged != old.acknowledged || refusedCount != old.refusedCount
            || heardAt.secondsSinceEpoch / 60 != old.heardAt.secondsSinceEpoch / 60
    }
}
