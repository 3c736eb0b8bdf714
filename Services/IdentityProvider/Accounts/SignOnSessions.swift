import Audit
import ServiceKit
import Storage
import Tokens

/// One browser, or one first-party client, signed in at this provider.
struct SignOnSession: Sendable {
    /// Its public name: `sid` in ID tokens, and what grants belong to. Opens nothing.
    let sid: String
    /// What the browser holds. Nil for a session found by its `sid`: the cookie is stored as its SHA-256 only.
    let cookie: Credential?
    let accountID: String
    /// When the password was last typed (`auth_time`).
    let authenticatedAt: NumericDate
    /// Ended by a suspension alone: good for nothing, until that is lifted.
    var isSuspended = false
}

/// The sign-on sessions: what makes the second application on a browser a single click.
struct SignOnSessions: Sendable {
    let database: any Database
    let clock: any WallClock
    let revocations: Revocations
    /// From the moment the password was typed; nothing prolongs it but typing it again.
    let lifetimeSeconds: Int64

    /// The session of somebody who has just signed in, in place of the one that their browser had.
    ///
    /// The cookie is always a new one: whoever planted or saw the old one is left with nothing (session fixation). The same person
    /// keeps the `sid`, so that typing the password again signs nobody out of anything; another person ends the session before. One
    /// that is suspended ends for good: to lift the suspension must not revive a cookie that its browser has given up.
    ///
    /// - Parameter account: as it was when the password was compared.
    /// - Refuses: `accountDisabled`; `credentialsWrong` for the password of before.
    func begin(
        for account: Account,
        replacing old: SignOnSession? = nil,
        decision: Decision
    ) async throws -> SignOnSession {
        let now = clock.now()
        let continued = old.flatMap { $0.accountID == account.id && !$0.isSuspended ? $0.sid : nil }
        let session = SignOnSession(
            sid: continued ?? Credential.random(byteCount: 16).exposed,
            cookie: .random(),
            accountID: account.id,
            authenticatedAt: now
        )
        let expiry = now + lifetimeSeconds
        try await database.transaction { [revocations] connection in
            // Asked here, not only with the password: hashing takes its time. A thief who signs in while the password is being
            // changed would begin a session just after all of them have been ended.
            let current = try Account.find(id: account.id, on: connection)
            guard let current, !current.disabled else { throw Refusal.accountDisabled }
            guard current.passwordChanges == account.passwordChanges else { throw Refusal.credentialsWrong }
            if let old, continued == nil {
                try revocations.endSession(old.sid, .logout, on: connection, decision: decision)
            }
            // A session that was ended in the meantime stays ended: its row is not touched, and the new cookie finds nothing.
            try connection.run(
                """
                INSERT INTO sign_on_sessions (id_hash, sid, account_id, authenticated_at, created_at, expires_at)
                VALUES ($1, $2, $3, $4, $4, $5)
                ON CONFLICT (sid) DO UPDATE SET id_hash = $1, authenticated_at = $4, expires_at = $5
                WHERE sign_on_sessions.ended_at IS NULL
                """,
                [session.cookie?.digest, session.sid, account.id, now.secondsSinceEpoch, expiry.secondsSinceEpoch]
            )
        }
        decision.note { $0[.session] = session.sid }
        return session
    }

    /// The living session of a cookie.
    func find(cookie: Credential) async throws -> SignOnSession? {
        try await findUnended(cookie: cookie).flatMap { $0.isSuspended ? nil : $0 }
    }

    /// The same for whoever ends it: what is suspended has not ended for good.
    func findUnended(cookie: Credential) async throws -> SignOnSession? {
        try await find("id_hash", cookie.digest, cookie: cookie)
    }

    /// The living session of a `sid`.
    func find(sid: String) async throws -> SignOnSession? {
        try await find("sid", sid, cookie: nil).flatMap { $0.isSuspended ? nil : $0 }
    }

    /// Its owner signs out: ends a session, and every grant that has grown out of it.
    func end(sid: String, decision: Decision) async throws {
        try await database.transaction { [revocations] connection in
            try revocations.endSession(sid, .logout, on: connection, decision: decision)
        }
    }

    /// The same by an operator.
    ///
    /// - Refuses: `resourceNotFound` for a session that was never there, or is long over.
    func revoke(sid: String, decision: Decision) async throws -> RevocationEvent? {
        try await database.transaction { [revocations] connection in
            // Families outlive the session at the browser, and its row.
            let known = try connection.query(
                """
                SELECT 1 AS known FROM sign_on_sessions WHERE sid = $1
                UNION ALL SELECT 1 FROM refresh_families WHERE session_id = $1 LIMIT 1
                """,
                [sid]
            )
            guard !known.isEmpty else { throw Refusal.resourceNotFound }
            return try revocations.endSession(sid, .revokedByOperator, on: connection, decision: decision)
        }
    }

    private func find(
        _ column: String,
        _ value: any SQLConvertible & Sendable,
        cookie: Credential?
    ) async throws -> SignOnSession? {
        let now = clock.now().secondsSinceEpoch
        return try await database.read { connection in
            let rows = try connection.query(
                """
                SELECT sid, account_id, authenticated_at, ended_at FROM sign_on_sessions
                WHERE \(column) = $1 AND (ended_at IS NULL OR suspension_id IS NOT NULL) AND expires_at > $2
                """,
                [value, now]
            )
            return try rows.first.map { row in
                SignOnSession(
                    sid: try row.text("sid"),
                    cookie: cookie,
                    accountID: try row.text("account_id"),
                    authenticatedAt: NumericDate(try row.integer("authenticated_at")),
                    isSuspended: try row.optionalInteger("ended_at") != nil
                )
            }
        }
    }
}
