import Audit
import ServiceKit
import Storage
import Tokens

/// The automatic answer to theft: ends what is used by two, and remembers what it has ended.
///
/// Each ended session and family carries the id of its suspension, for as long as nothing else ends it: what an operator, a new
/// password or the user has ended as well stays ended when the suspension is lifted.
struct Suspensions: Sendable {
    let database: any Database
    let clock: any WallClock
    let revocations: Revocations

    /// Suspensions that are listed at most: who has more of them has other work than to read on.
    static let listedMax = 100

    /// Suspends a family, or all that its user has, in the caller's transaction.
    ///
    /// Nothing is written where nothing was left to end.
    func suspend(
        _ kind: Suspension.Kind,
        family id: String,
        of grant: AuthorizationGrant,
        _ cause: Suspension.Cause,
        on connection: any SQLConnection,
        decision: Decision
    ) throws {
        let suspension = Suspension(
            id: Credential.random(byteCount: 16).exposed,
            kind: kind,
            familyID: id,
            accountID: grant.accountID,
            clientID: grant.clientID,
            cause: cause,
            transactionID: decision.transactionID,
            at: clock.now(),
            liftedAt: nil
        )
        guard try end(suspension, on: connection, decision) != nil else { return }
        try connection.run(
            """
            INSERT INTO suspensions (\(Suspension.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            suspension.values
        )
        connection.afterCommit { decision.note { $0[.suspension] = suspension.id } }
    }

    private func end(
        _ suspension: Suspension,
        on connection: any SQLConnection,
        _ decision: Decision
    ) throws -> RevocationEvent? {
        let (id, reason) = (suspension.id, suspension.cause.reason)
        switch suspension.kind {
        case .family:
            let family = suspension.familyID
            return try revocations.revokeFamily(family, reason, suspension: id, on: connection, decision: decision)
        case .user:
            let account = suspension.accountID
            return try revocations.endAll(
                ofAccount: account,
                reason,
                suspension: id,
                on: connection,
                decision: decision
            )
        }
    }

    /// The newest suspensions, with what hangs on each.
    func list() async throws -> [(suspension: Suspension, username: String?, ended: Ended)] {
        let rows = try await database.read { connection in
            try connection.query(
                """
                SELECT \(Suspension.columns),
                    (SELECT username FROM accounts WHERE accounts.id = account_id) AS username,
                    (SELECT COUNT(*) FROM sign_on_sessions s WHERE s.suspension_id = suspensions.id) AS sessions,
                    (SELECT COUNT(*) FROM refresh_families f WHERE f.suspension_id = suspensions.id) AS families
                FROM suspensions ORDER BY suspended_at DESC, id LIMIT $1
                """,
                [Self.listedMax]
            )
        }
        return try rows.map { row in
            (
                try Suspension(reading: row), try row.optionalText("username"),
                Ended(sessions: try row.integer("sessions"), families: try row.integer("families"))
            )
        }
    }

    /// What a suspension has ended and nothing else has since.
    struct Ended: Sendable, Equatable {
        let sessions: Int64
        let families: Int64
    }

    /// Gives back what a suspension has ended: sessions and families that have not expired, and that nothing else has ended
    /// meanwhile.
    ///
    /// Not the family in which somebody was noticed: two hold its tokens, and one of them would go on where they were stopped. Its
    /// user signs in again. `includingFamily` is for who knows that there was no thief, as with a client that loses its tokens.
    ///
    /// Access tokens stay dead, as verifiers cannot be told that they did not hear a revocation; clients fetch others with their
    /// refresh tokens. Spent refresh tokens stay spent: who comes with one again is suspended again, who comes with the
    /// living one is not.
    ///
    /// - Refuses: `resourceNotFound`; `conflict` for one that is lifted already, and for one of that family alone.
    func lift(_ id: String, includingFamily: Bool) async throws -> (suspension: Suspension, restored: Ended) {
        let now = clock.now().secondsSinceEpoch
        return try await database.transaction { connection in
            let lifted = try connection.query(
                "UPDATE suspensions SET lifted_at = $1 WHERE id = $2 AND lifted_at IS NULL RETURNING \(Suspension.columns)",
                [now, id]
            )
            guard let row = lifted.first else {
                let known = try connection.query("SELECT 1 AS known FROM suspensions WHERE id = $1", [id])
                throw known.isEmpty ? Refusal.resourceNotFound : Refusal.conflict
            }
            let suspension = try Suspension(reading: row)
            if !includingFamily {
                guard suspension.kind != .family else { throw Refusal.conflict }
                try connection.run(
                    "UPDATE refresh_families SET suspension_id = NULL WHERE id = $1 AND suspension_id = $2",
                    [suspension.familyID, id]
                )
            }
            let sessions = try connection.run(
                """
                UPDATE sign_on_sessions SET ended_at = NULL
                WHERE suspension_id = $1 AND ended_at IS NOT NULL AND expires_at > $2
                """,
                [id, now]
            )
            let families = try connection.run(
                """
                UPDATE refresh_families SET revoked_at = NULL, revoked_reason = NULL, key_mismatches = 0
                WHERE suspension_id = $1 AND revoked_at IS NOT NULL AND expires_at > $2
                """,
                [id, now]
            )
            return (suspension, Ended(sessions: Int64(sessions), families: Int64(families)))
        }
    }
}
