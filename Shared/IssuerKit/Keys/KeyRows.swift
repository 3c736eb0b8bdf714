import Storage
import Tokens

/// A signing key as it is stored: the private half sealed (nothing of it once it is revoked), its moments, no state.
struct KeyRow: Sendable {
    let moments: KeyMoments
    let sealedPrivateKey: [UInt8]
}

/// The table of signing keys.
enum KeyRows {
    /// Every key of one ring, ordered by algorithm and by when it signs.
    static func all(_ ring: KeyRing.Name, _ connection: any SQLConnection) throws -> [KeyRow] {
        try connection.query(
            """
            SELECT kid, algorithm, sealed_private_key, announced_at, activates_at, revoked_at FROM signing_keys
            WHERE ring = $1 ORDER BY algorithm, activates_at, kid
            """,
            [ring.rawValue]
        ).map { row in
            let name = try row.text("algorithm")
            guard let algorithm = Algorithm.named(name) else { throw KeyRingFault.algorithmUnknown(name) }
            return KeyRow(
                moments: KeyMoments(
                    keyID: try row.text("kid"),
                    algorithm: algorithm,
                    announcedAt: NumericDate(try row.integer("announced_at")),
                    activatesAt: NumericDate(try row.integer("activates_at")),
                    revokedAt: try row.optionalInteger("revoked_at").map(NumericDate.init)
                ),
                sealedPrivateKey: try row.blob("sealed_private_key")
            )
        }
    }

    static func insert(_ row: KeyRow, _ ring: KeyRing.Name, _ connection: any SQLConnection) throws {
        try connection.run(
            """
            INSERT INTO signing_keys (ring, kid, algorithm, sealed_private_key, announced_at, activates_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                ring.rawValue, row.moments.keyID, row.moments.algorithm.name, row.sealedPrivateKey,
                row.moments.announcedAt.secondsSinceEpoch, row.moments.activatesAt.secondsSinceEpoch,
            ]
        )
    }

    static func delete(_ keyID: String, _ connection: any SQLConnection) throws {
        try connection.run("DELETE FROM signing_keys WHERE kid = $1", [keyID])
    }

    /// Lets an announced key begin before its time.
    static func activate(_ keyID: String, at now: NumericDate, _ connection: any SQLConnection) throws {
        try connection.run(
            "UPDATE signing_keys SET activates_at = $1 WHERE kid = $2",
            [now.secondsSinceEpoch, keyID]
        )
    }

    /// Marks a key as revoked. What the thief has we need no more.
    static func revoke(_ keyID: String, at now: NumericDate, _ connection: any SQLConnection) throws {
        try connection.run(
            "UPDATE signing_keys SET revoked_at = $1, sealed_private_key = $2 WHERE kid = $3",
            [now.secondsSinceEpoch, [UInt8](), keyID]
        )
    }

    /// Lets no announced key of `ring` wait beyond `latest`.
    static func bringForward(
        to latest: NumericDate,
        _ ring: KeyRing.Name,
        _ connection: any SQLConnection
    ) throws {
        try connection.run(
            "UPDATE signing_keys SET activates_at = $1 WHERE activates_at > $1 AND ring = $2 AND revoked_at IS NULL",
            [latest.secondsSinceEpoch, ring.rawValue]
        )
    }
}
