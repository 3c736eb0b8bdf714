import Audit
import Crypto
import ServiceKit
import Storage
import Tokens

/// What one client was granted once, and everything that has come of it since; refresh tokens are its generations.
///
/// A grant without refresh token has a family too: it is what gets revoked when the code turns out to have been stolen.
struct RefreshFamily: Sendable {
    let id: String
    let grant: AuthorizationGrant
    /// The key of the request that began it; nil for a confidential client's, and for one that began without a proof.
    let key: KeyThumbprint?
    let expiresAt: NumericDate
    /// Whether somebody who came with it was told to have the user sign in. Who does gets another family; of this one it stays true.
    let owesSignIn: Bool
}

extension RefreshFamily {
    /// The columns of a family, where it is `f` in the statement.
    static let columns = """
        f.id AS id, \(AuthorizationGrant.columns), f.key_thumbprint AS key_thumbprint, f.expires_at AS expires_at,
        f.sign_in_owed_since AS sign_in_owed_since
        """

    init(reading row: SQLRow) throws {
        id = try row.text("id")
        grant = try AuthorizationGrant(reading: row)
        key = try row.optionalThumbprint("key_thumbprint")
        expiresAt = NumericDate(try row.integer("expires_at"))
        owesSignIn = try row.optionalInteger("sign_in_owed_since") != nil
    }

    /// The key with which the family began, no other, and none where it began with none: the successor would have to be bound to
    /// the key that came first, and that may be the thief's (RFC 9449 §5).
    ///
    /// - Refuses: `grantKeyMismatch`.
    func requireKey(_ key: KeyThumbprint?, of client: Client) throws(Refusal) {
        guard client.refreshKey(key) == self.key else { throw .grantKeyMismatch }
    }
}

/// The refresh families and their tokens (RFC 6749 §6; rotation, RFC 9700 §4.14.2).
///
/// A refresh token is good once. Spending it makes its successor, derived from it: HMAC-SHA256 under a key that only this service
/// has. So the same successor can be given again to a client whose answer was lost, without being stored readable, and nobody who
/// holds a spent token can compute it.
struct RefreshFamilies: Sendable {
    let database: any Database
    let clock: any WallClock
    let revocations: Revocations
    let suspensions: Suspensions
    let successorKey: SymmetricKey
    let policy: RefreshPolicy
    let riskPolicy: RiskPolicy
    /// Lifetime of a family that has no refresh token: it only has to outlast its access token.
    let accessLifetimeSeconds: Int64

    /// A new family, ready to be written in a transaction of the caller.
    ///
    /// - Parameter caller: whose key its refresh tokens are bound to, where they are to one at all (`Client.refreshKey`).
    func prepare(
        _ grant: AuthorizationGrant,
        for client: Client,
        from caller: CallerContext,
        withRefreshToken: Bool
    ) -> StartedFamily {
        let now = clock.now()
        let lifetime = withRefreshToken ? policy.familyLifetimeSeconds : accessLifetimeSeconds
        let family = RefreshFamily(
            id: Credential.random(byteCount: 16).exposed,
            grant: grant,
            key: client.refreshKey(caller.key),
            expiresAt: now + lifetime,
            owesSignIn: false
        )
        return StartedFamily(
            family: family,
            refreshToken: withRefreshToken ? .random() : nil,
            trail: client.watched(caller).map { ContextTrail().followed(by: $0, at: now) },
            startedAt: now,
            tokenExpiresAt: now + min(policy.lifetimeSeconds, lifetime)
        )
    }

    /// Begins a family of its own.
    ///
    /// - Refuses: `sessionEnded`: what ends a session ends its families, and would have come too early for this one.
    func start(
        _ grant: AuthorizationGrant,
        for client: Client,
        from caller: CallerContext,
        withRefreshToken: Bool,
        terms: @escaping TokenTerms.Question
    ) async throws -> (StartedFamily, TokenTerms) {
        let start = prepare(grant, for: client, from: caller, withRefreshToken: withRefreshToken)
        let terms = try await database.transaction { connection in
            guard try SignOnSessionState.isOpen(grant.sessionID, connection) else { throw Refusal.sessionEnded }
            try start.write(connection)
            return try terms(connection)
        }
        return (start, terms)
    }

    /// The family of a token, whatever the token's state.
    ///
    /// - Refuses: `refreshTokenUnknown`.
    func find(_ token: Credential) async throws -> RefreshFamily {
        let rows = try await database.read { connection in
            try connection.query(
                """
                SELECT \(RefreshFamily.columns)
                FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id WHERE t.token_hash = $1
                """,
                [token.digest]
            )
        }
        guard let row = rows.first else { throw Refusal.refreshTokenUnknown }
        return try RefreshFamily(reading: row)
    }

    /// Spends a token; the rules are those of `RefreshRotation`.
    ///
    /// - Parameter terms: of a token that may be spent; what they refuse takes the spending back. Reuse is dealt with before they are
    ///   asked: a thief, or the owner after one, is noticed whatever comes along.
    /// - Gives: terms with `rotated` and `graced` only.
    /// - Throws: `RiskTooHigh`, with nothing spent.
    func rotate(
        _ token: Credential,
        in family: RefreshFamily,
        by client: Client,
        from caller: CallerContext,
        decision: Decision,
        terms: @escaping TokenTerms.Question
    ) async throws -> (RefreshRotation.Outcome, TokenTerms?) {
        let rotation = RefreshRotation(
            presented: token,
            successor: successor(of: token),
            family: family,
            policy: policy,
            now: clock.now(),
            watched: client.watched(caller),
            suspensions: suspensions,
            reuse: Suspension.Cause(.refreshTokenReused, caller),
            decision: decision
        )
        return try await database.transaction { [riskPolicy] connection in
            let outcome = try rotation.perform(connection)
            switch outcome {
            case .rotated(_, let risk), .graced(_, let risk):
                // Judged when it is known to be no reuse: that is answered wherever it comes from. A throw takes the spending back.
                if let risk { try riskPolicy.require(risk) }
                return (outcome, try terms(connection))
            case .reused, .expired, .revoked: return (outcome, nil)
            }
        }
    }

    /// Nobody was given the successor: the grace of a spent token waits for whoever comes for it, and its family's end. While the
    /// audit log cannot be written, that may be long after the grace.
    func holdGrace(of token: Credential, in family: RefreshFamily) async throws {
        try await database.transaction { connection in
            try connection.run(
                "UPDATE refresh_tokens SET rotated_at = $1 WHERE token_hash = $2 AND rotated_at IS NOT NULL",
                [family.expiresAt.secondsSinceEpoch, token.digest]
            )
        }
    }

    /// Remembers that the user has to sign in before this family is used from another network again. In a transaction of its own: that
    /// of the refresh has taken back all that it had written.
    func oweSignIn(_ family: RefreshFamily) async throws {
        guard !family.owesSignIn else { return }
        let now = clock.now().secondsSinceEpoch
        try await database.transaction { connection in
            try connection.run(
                "UPDATE refresh_families SET sign_in_owed_since = $1 WHERE id = $2 AND sign_in_owed_since IS NULL",
                [now, family.id]
            )
        }
    }

    /// Suspends one family.
    func suspend(_ family: RefreshFamily, _ cause: Suspension.Cause, decision: Decision) async throws {
        try await database.transaction { [suspensions] connection in
            let (id, grant) = (family.id, family.grant)
            try suspensions.suspend(.family, family: id, of: grant, cause, on: connection, decision: decision)
        }
    }

    /// Ends one family.
    func revoke(
        _ family: RefreshFamily,
        _ reason: RevocationReason,
        decision: Decision
    ) async throws {
        try await database.transaction { [revocations] connection in
            try revocations.revokeFamily(family.id, reason, on: connection, decision: decision)
        }
    }

    private func successor(of token: Credential) -> Credential {
        let code = HMAC<SHA256>.authenticationCode(for: Array(token.exposed.utf8), using: successorKey)
        return Credential(Base64URL.encode(Array(code)))
    }
}

/// A family that has just begun, and its first refresh token.
struct StartedFamily: Sendable {
    let family: RefreshFamily
    let refreshToken: Credential?
    let trail: ContextTrail?
    let startedAt: NumericDate
    let tokenExpiresAt: NumericDate

    func write(_ connection: any SQLConnection) throws {
        try connection.run(
            """
            INSERT INTO refresh_families (\(AuthorizationGrant.columns), id, key_thumbprint, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            family.grant.values
                + [
                    family.id, family.key?.text, startedAt.secondsSinceEpoch, family.expiresAt.secondsSinceEpoch,
                ]
        )
        guard let refreshToken else { return }
        try connection.run(
            """
            INSERT INTO refresh_tokens (token_hash, family_id, generation, issued_at, expires_at, context_trail)
            VALUES ($1, $2, 0, $3, $4, $5)
            """,
            [
                refreshToken.digest, family.id, startedAt.secondsSinceEpoch, tokenExpiresAt.secondsSinceEpoch,
                trail?.text,
            ]
        )
    }
    func remove(_ connection: any SQLConnection) throws {
        try connection.run("DELETE FROM refresh_tokens WHERE family_id = $1", [family.id])
        try connection.run("DELETE FROM refresh_families WHERE id = $1", [family.id])
    }
}
