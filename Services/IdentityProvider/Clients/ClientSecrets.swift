import ServiceKit
import Storage
import Tokens

extension ClientStore {
    /// Replaces a client's secret; the old one is dead with the answer.
    ///
    /// - Refuses: `resourceNotFound` for an unknown client, `conflict` for one without a secret, and for one of two at once.
    func rotateSecret(of id: String, decision: Decision) async throws -> Credential {
        guard try await find(id, noting: decision) != nil, let before = entry(id) else {
            throw Refusal.resourceNotFound
        }
        guard before.client.hasSecret else { throw Refusal.conflict }
        let secret = Credential.random()
        let after = try await replaceSecret(of: before, by: secret.digest)
        // Nobody was given the new one: the one before opens again.
        decision.ifUnrecorded { [self] in _ = try await replaceSecret(of: after, by: before.secretHash) }
        return secret
    }

    /// - Refuses: `conflict` where somebody else has replaced it meanwhile.
    private func replaceSecret(of entry: Entry, by hash: [UInt8]?) async throws -> Entry {
        let isReplaced = try await database.transaction { connection in
            try connection.run(
                "UPDATE clients SET secret_hash = $1 WHERE id = $2 AND secret_hash = $3",
                [hash, entry.client.id, entry.secretHash]
            ) == 1
        }
        guard isReplaced else { throw Refusal.conflict }
        let replaced = Entry(client: entry.client, secretHash: hash, isDeclared: entry.isDeclared)
        put(replaced)
        return replaced
    }
}
