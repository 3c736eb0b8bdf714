import Storage
import Tokens

/// The clients file, as it goes into the database at every start.
struct DeclaredClients: Sendable {
    let clients: [Client]
    /// Seconds since 1970.
    let now: Int64
    let revocations: Revocations

    /// What the file has changed about the rights of one client.
    struct Change: Sendable {
        enum Kind: String { case declared, removed, rights }

        let clientID: String
        let kind: Kind
        /// Whether what it was given before is good no longer.
        let isRevoked: Bool
    }

    /// Puts what the file declares in the place of what it declared before. A client that is gone loses all it was given. Of one
    /// that may have less than before the access tokens die; what it asks for next stays within its new bounds.
    func putInForce(on connection: any SQLConnection) throws -> [Change] {
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
        return try Set(before.keys).union(after.keys).sorted().compactMap { id in
            guard let remaining = after[id] else {
                try revocations.revokeAll(ofClient: id, on: connection)
                return Change(clientID: id, kind: .removed, isRevoked: true)
            }
            guard let rights = before[id] else { return Change(clientID: id, kind: .declared, isRevoked: false) }
            guard rights != remaining else { return nil }
            let isLess = !rights.isSubset(of: remaining)
            if isLess { try revocations.changeClaims(ofClient: id, on: connection) }
            return Change(clientID: id, kind: .rights, isRevoked: isLess)
        }
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
