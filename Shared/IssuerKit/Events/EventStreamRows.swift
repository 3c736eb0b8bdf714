import Storage
import Tokens

/// The table of streams: what of them outlives the process.
enum EventStreamRows {
    static let migration = Migration(
        "event streams",
        part: "events",
        [
            """
            CREATE TABLE event_streams (
                id TEXT PRIMARY KEY, client_id TEXT NOT NULL, endpoint_url TEXT, acknowledged BIGINT NOT NULL,
                heard_at BIGINT NOT NULL, refused_count BIGINT NOT NULL
            )
            """
        ]
    )

    static func all(_ connection: any SQLConnection) throws -> [EventStream] {
        try connection.query("SELECT * FROM event_streams").map { row in
            EventStream(
                id: try row.text("id"),
                clientID: try row.text("client_id"),
                delivery: try row.optionalText("endpoint_url").map { .push(url: $0) } ?? .poll,
                acknowledged: try row.integer("acknowledged"),
                heardAt: NumericDate(try row.integer("heard_at")),
                refusedCount: try row.integer("refused_count")
            )
        }
    }

    static func insert(_ stream: EventStream, _ connection: any SQLConnection) throws {
        let url: String? = if case .push(let url) = stream.delivery { url } else { nil }
        try connection.run(
            """
            INSERT INTO event_streams (id, client_id, endpoint_url, acknowledged, heard_at, refused_count)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                stream.id, stream.clientID, url, stream.acknowledged, stream.heardAt.secondsSinceEpoch,
                stream.refusedCount,
            ]
        )
    }

    static func update(_ stream: EventStream, _ connection: any SQLConnection) throws {
        try connection.run(
            "UPDATE event_streams SET acknowledged = $2, heard_at = $3, refused_count = $4 WHERE id = $1",
            [stream.id, stream.acknowledged, stream.heardAt.secondsSinceEpoch, stream.refusedCount]
        )
    }

    static func delete(_ id: String, _ connection: any SQLConnection) throws {
        try connection.run("DELETE FROM event_streams WHERE id = $1", [id])
    }
}
