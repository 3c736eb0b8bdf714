import Audit
import ServiceKit
import Storage
import Tokens

/// Authorization codes: 256 random bits, good once, for seconds.
struct AuthorizationCodeStore: Sendable {
    /// How the redemption of a code ended.
    enum Redemption: Sendable {
        case redeemed(StartedFamily, TokenTerms)
        /// Somebody was here before. The family that came of the code is revoked already.
        case reused
        /// The user has signed out since.
        case sessionEnded
    }

    let database: any Database
    let families: RefreshFamilies
    let clock: any WallClock
    let lifetimeSeconds: Int64

    /// Stores a grant under a new code.
    func issue(
        _ grant: AuthorizationGrant,
        binding: CodeBinding,
        decision: Decision
    ) async throws -> Credential {
        let code = Credential.random()
        let expiry = clock.now() + lifetimeSeconds
        let values: [any SQLConvertible & Sendable] = [
            code.digest, binding.nonce, binding.redirectURI, binding.codeChallenge, binding.key?.text,
            expiry.secondsSinceEpoch,
        ]
        try await database.transaction { connection in
            try connection.run(
                """
                INSERT INTO authorization_codes (\(AuthorizationGrant.columns),
                    code_hash, nonce, redirect_uri, code_challenge, key_thumbprint, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """,
                grant.values + values
            )
        }
        decision.note { $0.issued = [AuditToken(.code, code, of: grant, expiresAt: expiry)] }
        return code
    }

    /// - Refuses: `authorizationCodeUnknown`.
    func find(_ code: Credential) async throws -> AuthorizationCode {
        let rows = try await database.read { connection in
            try connection.query(
                """
                SELECT \(AuthorizationGrant.columns), nonce, redirect_uri, code_challenge, key_thumbprint, expires_at,
                    used_at
                FROM authorization_codes WHERE code_hash = $1
                """,
                [code.digest]
            )
        }
        guard let row = rows.first else { throw Refusal.authorizationCodeUnknown }
        return try AuthorizationCode(reading: row)
    }

    /// Spends a code and starts its family, in one transaction: of two who present it at once, one gets tokens, and the other's
    /// coming takes them away again (RFC 6749 §4.1.2).
    ///
    /// - Parameters:
    ///   - key: what refresh tokens are bound to.
    ///   - watched: from where it is redeemed; nil for a family that is not watched.
    ///   - reuse: what to write down where the code turns out to be spent.
    ///   - terms: asked before anything is spent.
    func redeem(
        _ code: Credential,
        for grant: AuthorizationGrant,
        client: Client,
        withRefreshToken: Bool,
        caller: CallerContext,
        decision: Decision,
        terms: @escaping TokenTerms.Question
    ) async throws -> Redemption {
        let now = clock.now()
        let start = families.prepare(grant, for: client, from: caller, withRefreshToken: withRefreshToken)
        return try await database.transaction { connection in
            let terms = try terms(connection)
            let isMine = try connection.run(
                "UPDATE authorization_codes SET used_at = $1, family_id = $2 WHERE code_hash = $3 AND used_at IS NULL",
                [now.secondsSinceEpoch, start.family.id, code.digest]
            )
            guard isMine == 1 else {
                try suspendFamily(of: code, grant, caller, connection, decision)
                return .reused
            }
            guard try SignOnSessionState.isOpen(grant.sessionID, connection) else { return .sessionEnded }
            try start.write(connection)
            return .redeemed(start, terms)
        }
    }

    /// Takes a redemption back that nobody was given, so that the client can come again with its code. A code that somebody else has
    /// brought meanwhile stays spent: its family is suspended.
    func takeBack(_ redemption: StartedFamily, of code: Credential) async throws {
        try await database.transaction { connection in
            let isMine = try connection.run(
                """
                UPDATE authorization_codes SET used_at = NULL, family_id = NULL WHERE code_hash = $1 AND family_id = $2
                    AND EXISTS (SELECT 1 FROM refresh_families WHERE id = $2 AND revoked_at IS NULL)
                """,
                [code.digest, redemption.family.id]
            )
            guard isMine == 1 else { return }
            try redemption.remove(connection)
        }
    }

    private func suspendFamily(
        of code: Credential,
        _ grant: AuthorizationGrant,
        _ caller: CallerContext,
        _ connection: any SQLConnection,
        _ decision: Decision
    ) throws {
        let rows = try connection.query(
            "SELECT family_id FROM authorization_codes WHERE code_hash = $1",
            [code.digest]
        )
        guard let family = try rows.first?.optionalText("family_id") else { return }
        let cause = Suspension.Cause(.codeReused, caller)
        try families.suspensions.suspend(.family, family: family, of: grant, cause, on: connection, decision: decision)
    }
}
