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
    enum Outcome: Sendable {
        case rotated(successor: Credential, Risk?)
        case graced(successor: Credential, Risk?)
        case reused
        case expired
        case revoked
    }

    let presented: Credential
    let successor: Credential
    let family: RefreshFamily
    let policy: RefreshPolicy
    let now: NumericDate
    /// From where the token comes, for its risk; nil where that says nothing (`Client.watched`).
    let watched: CallerContext?
    let suspensions: Suspensions
    /// What to write down where the token turns out to be spent.
    let reuse: Suspension.Cause
    let decision: Decision

    func perform(_ connection: any SQLConnection) throws -> Outcome {
        if let trail = try swap(connection) {
            try writeSuccessor(trail, connection)
            return .rotated(successor: successor, risk(of: trail))
        }
        // Why not? Read after the swap: whoever was quicker is seen here.
        guard let token = try findToken(presented, connection), !token.isFamilyRevoked else { return .revoked }
        guard let rotatedAt = token.rotatedAt else { return .expired }
        if let next = try successorToHaveAgain(since: rotatedAt, connection) {
            try follow(next.trail, connection)
            guard isHeld(since: rotatedAt) else { return .graced(successor: successor, risk(of: next.trail)) }
            try beginGrace(connection)
            return .rotated(successor: successor, risk(of: next.trail))
        }
        let (kind, grant) = (policy.reuseRevokes, family.grant)
        try suspensions.suspend(kind, family: family.id, of: grant, reuse, on: connection, decision: decision)
        return .reused
    }

    private struct StoredToken {
        let rotatedAt: NumericDate?
        let isFamilyRevoked: Bool
        let trail: ContextTrail
    }

    private func risk(of trail: ContextTrail) -> Risk? {
        watched.map { Risk(trail.signals(of: $0, at: now).union(family.owesSignIn ? [.signInOwed] : [])) }
    }

    private func findToken(_ token: Credential, _ connection: any SQLConnection) throws -> StoredToken? {
        let rows = try connection.query(
            """
            SELECT t.rotated_at AS rotated_at, t.context_trail AS context_trail, f.revoked_at AS revoked_at
            FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id WHERE t.token_hash = $1
            """,
            [token.digest]
        )
        return try rows.first.map { row in
            StoredToken(
                rotatedAt: try row.optionalInteger("rotated_at").map { NumericDate($0) },
                isFamilyRevoked: try row.optionalInteger("revoked_at") != nil,
                trail: try ContextTrail(reading: row)
            )
        }
    }

    /// The compare-and-swap; nil for a token that is spent, expired or revoked already.
    private func swap(_ connection: any SQLConnection) throws -> ContextTrail? {
        let won = try connection.query(
            """
            UPDATE refresh_tokens SET rotated_at = $1
            WHERE token_hash = $2 AND rotated_at IS NULL AND expires_at > $1
                AND EXISTS (SELECT 1 FROM refresh_families WHERE id = $3 AND revoked_at IS NULL)
            RETURNING context_trail
            """,
            [now.secondsSinceEpoch, presented.digest, family.id]
        )
        return try won.first.map { try ContextTrail(reading: $0) }
    }

    private func writeSuccessor(_ trail: ContextTrail, _ connection: any SQLConnection) throws {
        // Sliding, but never beyond the family: a stolen token that is refreshed daily ends with it.
        let expiry = min(now + policy.lifetimeSeconds, family.expiresAt)
        try connection.run(
            """
            INSERT INTO refresh_tokens (token_hash, family_id, generation, issued_at, expires_at, context_trail)
            SELECT $1, family_id, generation + 1, $2, $3, $5 FROM refresh_tokens WHERE token_hash = $4
            """,
            [
                successor.digest, now.secondsSinceEpoch, expiry.secondsSinceEpoch, presented.digest,
                watched.map { trail.followed(by: $0, at: now).text },
            ]
        )
    }

    /// Two who share successors within the grace leave their tracks too.
    private func follow(_ trail: ContextTrail, _ connection: any SQLConnection) throws {
        guard let watched, !trail.ends(with: watched) else { return }
        try connection.run(
            "UPDATE refresh_tokens SET context_trail = $1 WHERE token_hash = $2",
            [trail.followed(by: watched, at: now).text, successor.digest]
        )
    }

    /// Nobody was given the successor yet (`RefreshFamilies.holdGrace`): the token is spent now, for the first time.
    private func isHeld(since rotatedAt: NumericDate) -> Bool { rotatedAt > now + policy.graceSeconds }

    private func beginGrace(_ connection: any SQLConnection) throws {
        try connection.run(
            "UPDATE refresh_tokens SET rotated_at = $1 WHERE token_hash = $2",
            [now.secondsSinceEpoch, presented.digest]
        )
    }

    /// Only for the generation just before the current one: once the successor is spent, whoever comes with its predecessor has not
    /// lost an answer.
    private func successorToHaveAgain(
        since rotatedAt: NumericDate,
        _ connection: any SQLConnection
    ) throws -> StoredToken? {
        guard now < rotatedAt + policy.graceSeconds, let next = try findToken(successor, connection),
            next.rotatedAt == nil
        else { return nil }
        return next
    }
}
