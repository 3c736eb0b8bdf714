import Audit
public import ServiceKit
public import Storage
public import Tokens

/// The outbox of one issuer: every revocation becomes a signed event in the transaction that revokes, or neither happens.
///
/// The rows are the truth, in one order for all receivers. They are kept for as long as a token could live that an event
/// hits, so whoever starts late reads what is there and knows all there is to know.
///
/// - Source: RFC 8417 §2.
public final class SecurityEvents: Sendable {
    /// The tables of events and of streams.
    public static let migrations = [EventRows.migration, EventStreamRows.migration]

    /// Events kept at most; each takes an entry in the index of every verifier, which holds twice as many. With as many the
    /// next revocation is refused as unavailable, and the caller knows that nothing was revoked.
    static let countMax: Int64 = 1_000_000

    /// The issuer's own revocations. An event is in it before the caller of its transaction is answered, so that it is never
    /// stale for this issuer.
    public let index: RevocationIndex
    let issuer: String
    let feed: EventFeed
    private let database: any Database
    private let minter: TokenMinter
    /// Seconds for which an event is kept.
    let retentionSeconds: Int64
    private let clock: any WallClock
    private let makeID: @Sendable () -> String

    /// Opens the outbox and reads into the index what is kept.
    ///
    /// - Parameters:
    ///   - database: with `migrations`.
    ///   - ring: of events; its `periods` say how long they are kept (`KeyPeriods.ofEvents`).
    ///   - index: nil for one of its own. A service that hears of other issuers too brings the one that it asks.
    ///   - makeID: `jti` of the next event, never the same twice.
    public static func open(
        issuer: String,
        database: any Database,
        ring: KeyRing,
        index: RevocationIndex? = nil,
        clock: any WallClock,
        makeID: @escaping @Sendable () -> String = { Credential.random(byteCount: 16).exposed }
    ) async throws -> SecurityEvents {
        let before = try await database.read { try EventRows.positionBeforeFirst($0) }
        let retentionSeconds = ring.periods.longestTokenLifetimeSeconds
        let events = SecurityEvents(
            issuer,
            index ?? RevocationIndex(tokenLifetimeSecondsMax: retentionSeconds, clock: clock),
            EventFeed(after: before, database: database),
            database,
            TokenMinter(signingKey: ring.signingKey),
            retentionSeconds,
            clock,
            makeID
        )
        try await events.catchUp()
        // For ever: nothing can be revoked here and not be in the index.
        events.index.confirm(issuer: issuer, at: NumericDate(.max))
        return events
    }

    private init(
        _ issuer: String,
        _ index: RevocationIndex,
        _ feed: EventFeed,
        _ database: any Database,
        _ minter: TokenMinter,
        _ retentionSeconds: Int64,
        _ clock: any WallClock,
        _ makeID: @escaping @Sendable () -> String
    ) {
        self.issuer = issuer
        self.index = index
        self.feed = feed
        self.database = database
        self.minter = minter
        self.retentionSeconds = retentionSeconds
        self.clock = clock
        self.makeID = makeID
    }

    /// `aud` of every event: one for the whole feed, so that an event is signed once.
    var audience: String { "\(issuer)/events" }

    /// Records `event` in the caller's transaction. As soon as that is durable, `index` knows it and whoever waits for events
    /// is woken.
    ///
    /// - Parameter decision: about the request that caused it, which gives the event its `txn`, and whose record then says what was
    ///   revoked: what verifiers are told and what is kept cannot differ. Nil where there was no request.
    /// - Throws: `DependencyUnavailable` when `countMax` events are kept, `UnreadableEvent`, what the ring and the database
    ///   throw. Let it out of the transaction: nothing may be revoked here that is good elsewhere.
    public func append(
        _ event: RevocationEvent,
        decision: Decision?,
        on connection: any SQLConnection
    ) throws {
        let tokenID = makeID()
        let claims = event.claims(
            issuer: issuer,
            audience: audience,
            tokenID: tokenID,
            transactionID: decision?.transactionID
        )
        // An event that no receiver could read would be a revocation that nobody hears of.
        guard RevocationEvent(reading: claims) == event else { throw UnreadableEvent(event: event) }
        let position = try EventRows.claimPosition(connection)
        guard position - feed.positionBeforeFirst <= Self.countMax else {
            throw DependencyUnavailable("room for a revocation")
        }
        let stored = StoredEvent(position: position, tokenID: tokenID, token: try minter.mint(claims))
        try EventRows.insert(stored, at: clock.now(), connection)
        connection.afterCommit { [self] in
            admit(stored, event)
            decision?.note { $0.revoked.append(event.target) }
        }
    }

    /// An event that says nothing but that the line is good (OpenID Shared Signals Framework 1.0 §8.1.4). Sent to one stream, kept
    /// nowhere.
    func mintVerification(of streamID: String) throws -> Credential {
        try minter.mint(
            SecurityEventClaims(
                issuer: issuer,
                audience: audience,
                issuedAt: clock.now(),
                tokenID: makeID(),
                subjectID: ["format": "opaque", "id": .string(streamID)],
                events: ["https://schemas.openid.net/secevent/ssf/event-type/verification": [:]]
            )
        )
    }

    /// Reads what is kept and not in memory yet: all of it at the start, later what another process has recorded.
    func catchUp() async throws {
        while true {
            let last = feed.lastPosition
            let events = try await database.read { try EventRows.events(after: last, countMax: 512, $0) }
            for event in events {
                // A row that says nothing of ours was written by a later version, whose events this one does not know.
                admit(event, try? RevocationEvent.decodeWithoutVerifying(event.token))
            }
            // Also where the index was full: it is tried again a second later.
            guard feed.lastPosition > last else { return }
        }
    }

    /// Deletes what no living token could be hit by.
    public func clean() async throws {
        let cutoff = clock.now() - retentionSeconds
        let before = try await database.transaction { connection in
            try EventRows.delete(recordedBefore: cutoff, connection)
            return try EventRows.positionBeforeFirst(connection)
        }
        feed.forget(upTo: before)
    }

    /// Into the index first: whoever reads the feed asks later.
    private func admit(_ stored: StoredEvent, _ event: RevocationEvent?) {
        do {
            if let event { try index.revoke(event.target, issuer: issuer, at: event.moment) }
            feed.admit(stored)
        } catch {
            // The index is full. The feed does not go on without it, so that `catchUp` comes back to this event.
        }
    }
}

/// A target that goes with another cause (a key's with `keyRevoked` alone), or one without an id: a mistake of whoever records it.
public struct UnreadableEvent: Error, Equatable {
    let event: RevocationEvent
}
