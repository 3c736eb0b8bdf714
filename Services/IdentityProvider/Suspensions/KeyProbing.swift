import ServiceKit
import Storage
import Tokens

/// How often a living refresh token may come with another key than its own, or with none.
struct KeyProbingLimit: Sendable, Equatable {
    let mismatchesMax: Int64
    let windowSeconds: Int64
}

/// Whoever presents a bound refresh token again and again without its key has stolen it, and tries what they have.
///
/// One mismatch ends nothing, on purpose: the token without its key opens nothing, and a thief must not be able to sign its owner
/// out with one try. Many of them are another matter. The token has left the device, so the key may follow; and the owner, who is
/// the only one to lose by the end of the family, signs in once and has another. That is the trade: a thief who insists *can*
/// sign the owner out of this one client.
///
/// Only the living token counts. An old one, out of a log or a backup, opens nothing with the key either.
extension RefreshFamilies {
    /// Counts one mismatch, and suspends the family that has had too many. Nothing counts of a family without a key, nor a token
    /// that is spent, expired or revoked.
    func countKeyMismatch(
        _ token: Credential,
        of family: RefreshFamily,
        from caller: CallerContext,
        decision: Decision
    ) async throws {
        // A client that has begun to send proofs for what was never bound is no thief.
        guard family.key != nil else { return }
        let (now, limit) = (clock.now().secondsSinceEpoch, policy.keyProbing)
        try await database.transaction { [suspensions] connection in
            // A window begins with its first mismatch; the next one after its end begins another.
            let counted = try connection.query(
                """
                UPDATE refresh_families SET
                    key_mismatches = CASE WHEN key_mismatches_since > $1 THEN key_mismatches + 1 ELSE 1 END,
                    key_mismatches_since = CASE WHEN key_mismatches_since > $1 THEN key_mismatches_since ELSE $2 END
                WHERE id = $3 AND revoked_at IS NULL AND EXISTS (
                    SELECT 1 FROM refresh_tokens WHERE token_hash = $4 AND rotated_at IS NULL AND expires_at > $2)
                RETURNING key_mismatches
                """,
                [now - limit.windowSeconds, now, family.id, token.digest]
            )
            guard let count = try counted.first?.integer("key_mismatches"), count >= limit.mismatchesMax else { return }
            let (id, grant, cause) = (family.id, family.grant, Suspension.Cause(.keyProbed, caller))
            try suspensions.suspend(.family, family: id, of: grant, cause, on: connection, decision: decision)
        }
    }
}
