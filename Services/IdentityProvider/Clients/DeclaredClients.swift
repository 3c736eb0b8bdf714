import Storage
import Tokens

/// The clients file, as it goes into the database at every start.
struct DeclaredClients: Sendable {
    let clients: [Client]
    /// Seconds since 1970.
    let now: Int64
    let revocations: Revocations

    /// Puts what the file declares in the place of what it declared before. A client that is gone loses all it was given. Of one
    /// that may have less than before the access tokens die; what it asks for next stays within its new bounds. What has changed
    /// stands beside it, to be recorded (`ClientChange.recordAll`).
    func putInForce(on connection: any SQLConnection) throws {
        let before = try readRights(connection)
        try connection.run("DELETE FROM clients WHERE declared = 1")
        for client in clients {
            try connection.run(
                """
                INSERT INTO clients (id, registration, declared, created_at) VALUES ($1, $2, 1, $3)
                ON CONFLICT (id) DO UPDATE SET registration = $2, declared = 1, secret_hash = NULL
                """,
                [client.id, JSONWriter.text(client.registration), now]
            )
        }
        let after = try readRights(connection)
        for id in Set(before.keys).union(after.keys) {
            try change(id, from: before[id], to: after[id], connection)?.write(at: now, on: connection)
        }
    }

    private func change(
        _ id: String,
        from before: Set<String>?,
        to after: Set<String>?,
        _ connection: any SQLConnection
    ) throws -> ClientChange? {
        guard let after else {
            try revocations.revokeAll(ofClient: id, on: connection, decision: nil)
            return ClientChange(clientID: id, kind: .removed, isRevoked: true)
        }
        guard let before else { return ClientChange(clientID: id, kind: .declared, isRevoked: false) }
        guard before != after else { return nil }
        let isLess = !before.isSubset(of: after)
        if isLess { try revocations.changeClaims(ofClient: id, on: connection) }
        return ClientChange(clientID: id, kind: .rights, isRevoked: isLess)
    }

    /// What each client may have, word by word: `scope orders:read`. Read off the documents as they are: an old one need not be
    /// sound under the resources of today.
    private func readRights(_ connection: any SQLConnection) throws -> [String: Set<String>] {
        let rows = try connection.query("SELECT id, registration FROM clients")
        let rights = try rows.map { row in
            let document = try JSONReader.readObject(Array(row.text("registration").utf8))
            let words = ["scope", "machine_scope", "resources", "grant_types"].flatMap { name in
                let value = document[name]
                return (value?.strings ?? value?.string?.split(separator: " ").map(String.init) ?? [])
                    .map { "\(name) \($0)" }
            }
            return (try row.text("id"), Set(words))
        }
        return Dictionary(uniqueKeysWithValues: rights)
    }
}
