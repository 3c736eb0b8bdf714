import Storage
import Tokens

/// A security event as it is kept: signed once, whoever receives it.
struct StoredEvent: Sendable {
    /// Its place in the order of all events of this issuer: one more than the last one's, without a gap.
    let position: Int64
    /// `jti`.
    let tokenID: String
    /// The security event token.
    let token: Credential
}

/// The table of events, the outbox.
enum EventRows {
    static let migration = Migration(
        "security events",
        part: "events",
        [
            """
            CREATE TABLE security_events (
                position BIGINT PRIMARY KEY, token_id TEXT NOT NULL UNIQUE, token TEXT NOT NULL,
                recorded_at BIGINT NOT NULL
            )
            """,
            // Beside the table: the last event may be deleted, and its position must never come again. Streams would take the
            // new event for one that they have seen.
            "CREATE TABLE last_security_event (position BIGINT NOT NULL)",
            "INSERT INTO last_security_event (position) VALUES (0)",
        ]
    )

    /// The next position. The row is locked until the commit, so that positions become visible in their order.
    static func claimPosition(_ connection: any SQLConnection) throws -> Int64 {
        let rows = try connection.query("UPDATE last_security_event SET position = position + 1 RETURNING position")
        guard let row = rows.first else { throw StorageError.missingColumn("position") }
        return try row.integer("position")
    }

    static func insert(_ event: StoredEvent, at now: NumericDate, _ connection: any SQLConnection) throws {
        try connection.run(
            "INSERT INTO security_events (position, token_id, token, recorded_at) VALUES ($1, $2, $3, $4)",
            [event.position, event.tokenID, event.token.exposed, now.secondsSinceEpoch]
        )
    }

    /// The next events after `position`, at most `countMax`.
    static func events(
        after position: Int64,
        countMax: Int,
        _ connection: any SQLConnection
    ) throws -> [StoredEvent] {
        try connection.query(
            "SELECT position, token_id, token FROM security_events WHERE position > $1 ORDER BY position LIMIT $2",
            [position, countMax]
        ).map { row in
            StoredEvent(
                position: try row.integer("position"),
                tokenID: try row.text("token_id"),
                token: Credential(try row.text("token"))
            )
        }
    }

    /// The position before the oldest event that is kept; the last position of all where none is.
    static func positionBeforeFirst(_ connection: any SQLConnection) throws -> Int64 {
        let rows = try connection.query(
            """
            SELECT COALESCE((SELECT MIN(position) - 1 FROM security_events), (SELECT position FROM last_security_event))
            AS before
            """
        )
        return try rows.first?.integer("before") ?? 0
    }

    /// Deletes what was recorded before `cutoff`, from the oldest on: between two that are kept none is missing, also where
    /// a clock went back.
    static func delete(recordedBefore cutoff: NumericDate, _ connection: any SQLConnection) throws {
        try connection.run(
            """
            DELETE FROM security_events WHERE position < COALESCE(
                (SELECT position FROM security_events WHERE recorded_at >= $1 ORDER BY position LIMIT 1),
                (SELECT position + 1 FROM last_security_event)
            )
            """,
            [cutoff.secondsSinceEpoch]
        )
    }
}
