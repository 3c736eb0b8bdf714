import ServiceKit
import Storage
import Tokens

/// Spends one refresh token, inside one transaction.
///
/// - One compare-and-swap decides: whoever marks the token as rotated has won, and its successor is written beside it.
/// - The same token again, within the grace window and before its successor was used, gets the same successor: a lost answer, or a
///   hundred tabs at once, sign nobody out.
/// - Anything else is reuse: two parties hold the token, and we cannot know which one is the thief. What that ends, `policy` says;
///   it is written here, and the refusal comes after the commit.
/// - Source: RFC 9700 §4.14.2.
struct RefreshRotation: Sendable {
    enum Outcome: Sendable, Equatable {
        case rotated(successor: Credential)
        case graced(successor: Credential)
        case reused
        case expired
        case revoked
    }

    let presented: Credential
    let successor: Credential
    let family: RefreshFamily
    let policy: RefreshPolicy
    let now: NumericDate
    let revocations: Revocations
    let decision: Decision?

    func perform(_ connection: any SQLConnection) throws -> Outcome {
        if try swap(connection) { return .rotated(successor: successor) }
        // Why not? Read after the swap: whoever was quicker is seen here.
        guard let token = try findToken(presented, connection), !token.isFamilyRevoked else { return .revoked }
        guard let rotatedAt = token.rotatedAt else { return .expired }
        if try mayHaveSuccessorAgain(since: rotatedAt, connection) { return .graced(successor: successor) }
        try revoke(connection)
        return .reused
    }

    private struct StoredToken {
        let rotatedAt: NumericDate?
        let isFamilyRevoked: Bool
    }

    private func findToken(_ token: Credential, _ connection: any SQLConnection) throws -> StoredToken? {
        let rows = try connection.query(
            """
            SELECT t.rotated_at AS rotated_at, f.revoked_at AS revoked_at
            FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id WHERE t.token_hash = $1
            """,
            [token.digest]
        )
        return try rows.first.map { row in
            StoredToken(
                rotatedAt: try row.optionalInteger("rotated_at").map { NumericDate($0) },
                isFamilyRevoked: try row.optionalInteger("revoked_at") != nil
            )
        }
    }

    /// The compare-and-swap; false for a token that is spent, expired or revoked already.
    private func swap(_ connection: any SQLConnection) throws -> Bool {
        let won = try connection.run(
            """
            UPDATE refresh_tokens SET rotated_at = $1
            WHERE token_hash = $2 AND rotated_at IS NULL AND expires_at > $1
                AND EXISTS (SELECT 1 FROM refresh_families WHERE id = $3 AND revoked_at IS NULL)
            """,
            [now.secondsSinceEpoch, presented.digest, family.id]
        )
        guard won == 1 else { return false }
        // Sliding, but never beyond the family: a stolen token that is refreshed daily ends with it.
        let expiry = min(now + policy.lifetimeSeconds, family.expiresAt)
        try connection.run(
            """
            INSERT INTO refresh_tokens (token_hash, family_id, generation, issued_at, expires_at)
            SELECT $1, family_id, generation + 1, $2, $3 FROM refresh_tokens WHERE token_hash = $4
            """,
            [successor.digest, now.secondsSinceEpoch, expiry.secondsSinceEpoch, presented.digest]
        )
        return true
    }

    /// Only for the generation just before the current one: once the successor is spent, whoever comes with its predecessor has not
    /// lost an answer.
    private func mayHaveSuccessorAgain(since rotatedAt: NumericDate, _ connection: any SQLConnection) throws -> Bool {
        guard now < rotatedAt + policy.graceSeconds, let next = try findToken(successor, connection) else {
            return false
        }
        return next.rotatedAt == nil
    }

    private func revoke(_ connection: any SQLConnection) throws {
        let (reason, account) = (RevocationReason.refreshTokenReused, family.grant.accountID)
        switch policy.reuseRevokes {
        case .family:
            try revocations.revokeFamily(family.id, reason, on: connection, decision: decision)
        case .user:
            try revocations.endAll(ofAccount: account, reason, on: connection, decision: decision)
        }
    }
}
