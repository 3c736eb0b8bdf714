import Logging
import Storage
import Tokens

@testable import IssuerKit

/// An issuer with events and streams, and receivers that poll it.
struct Receivers: Sendable {
    let scratch: ScratchIssuer
    let ring: KeyRing
    let events: SecurityEvents
    let streams: EventStreams

    init(_ scratch: ScratchIssuer? = nil) async throws {
        let scratch = if let scratch { scratch } else { try await ScratchIssuer() }
        self.scratch = scratch
        ring = try await scratch.eventRing()
        events = try await SecurityEvents.open(
            issuer: ScratchIssuer.issuer,
            database: scratch.database,
            ring: ring,
            clock: scratch.clock
        )
        streams = try await EventStreams.open(
            events,
            database: scratch.database,
            clock: scratch.clock,
            logger: Self.quiet
        )
    }

    static let quiet = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })

    /// So many streams that are polled, of one client.
    func make(_ count: Int) async throws -> [EventStream] {
        try await withThrowingTaskGroup { group in
            for _ in 0..<count { group.addTask { try await streams.make(for: "orders-api", .poll) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// The same issuer, killed and started again.
    func restarted() async throws -> Receivers {
        try await scratch.reopen()
        return try await Receivers(scratch)
    }

    /// So many revocations, each committed by itself; their `jti`.
    func record(_ count: Int) async throws -> [String] {
        let before = events.feed.lastPosition
        for number in 0..<count { try await scratch.record(.session("\(before).\(number)"), events) }
        return try await scratch.database.read { connection in
            try EventRows.events(after: before, countMax: count, connection).map(\.tokenID)
        }
    }

    func poll(_ stream: EventStream, acknowledging tokenIDs: [String] = []) async throws -> EventPollResponse {
        try await poll(stream, EventPollRequest(isImmediate: true, acknowledged: tokenIDs))
    }

    func poll(_ stream: EventStream, _ request: EventPollRequest) async throws -> EventPollResponse {
        let document = try await streams.poll(stream.id, by: stream.clientID, request)
        return EventPollResponse(reading: try JSONReader.readObject(document))
            ?? EventPollResponse(events: [("unreadable", Credential(""))], isMoreAvailable: true)
    }

    /// Returns when so many polls are waiting.
    func untilWaiting(_ count: Int) async {
        while events.feed.waiting.count < count { await Task.yield() }
    }
}

extension EventPollResponse {
    var tokenIDs: [String] { events.map(\.tokenID) }
}
