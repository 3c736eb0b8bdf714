import Audit
import ServiceKit
import Storage
import Tokens

/// What the clients file has changed about the rights of one client.
///
/// It stands beside the change, written in the same transaction, until the audit log has it: a process that is killed in between
/// leaves it to the next start. Killed between the record and its deletion here, it is recorded twice, never not at all.
struct ClientChange: Sendable {
    enum Kind: String { case declared, removed, rights }

    let clientID: String
    let kind: Kind
    /// Whether what it was given before is good no longer.
    let isRevoked: Bool

    /// - Parameter now: seconds since 1970.
    func write(at now: Int64, on connection: any SQLConnection) throws {
        try connection.run(
            "INSERT INTO unrecorded_client_changes (id, client_id, kind, is_revoked, changed_at) VALUES ($1, $2, $3, $4, $5)",
            [Credential.random(byteCount: 16).exposed, clientID, kind.rawValue, isRevoked ? 1 : 0, now]
        )
    }

    /// Records what has not been recorded yet; durable when this returns.
    static func recordAll(in database: any Database, _ decisions: DecisionRecorder) async throws {
        let changes = try await database.read { connection in
            try connection.query("SELECT * FROM unrecorded_client_changes ORDER BY changed_at, client_id")
                .map(ClientChange.init(reading:))
        }
        guard !changes.isEmpty else { return }
        for change in changes {
            try await decisions.record(.clientChange) { record in
                record.clientID = change.clientID
                record[.change] = change.kind.rawValue
                record.revoked = change.isRevoked ? [.client(change.clientID)] : []
            }
        }
        // All of them: nobody writes here but a start, and that is this one.
        try await database.transaction { try $0.run("DELETE FROM unrecorded_client_changes") }
    }

    private init(reading row: SQLRow) throws {
        guard let kind = Kind(rawValue: try row.text("kind")) else {
            throw StorageError.wrongType(column: "kind", expected: "a kind of change")
        }
        self.init(clientID: try row.text("client_id"), kind: kind, isRevoked: try row.bool("is_revoked"))
    }

    init(clientID: String, kind: Kind, isRevoked: Bool) {
        self.clientID = clientID
        self.kind = kind
        self.isRevoked = isRevoked
    }
}
