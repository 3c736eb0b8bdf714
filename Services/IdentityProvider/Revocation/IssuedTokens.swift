import Storage
import Tokens

/// Knows the tokens that this provider has issued: whether one is genuine, and whether it has been taken back since.
///
/// Used where the provider itself is asked about a token; APIs check tokens by themselves (`TokenValidator`).
struct IssuedTokens: Sendable {
    let issuer: String
    let registry: ScopeRegistry
    let keys: any KeySource
    let clock: any WallClock
    let database: any Database

    /// The claims of a living access token of ours, for whichever audience.
    ///
    /// - Refuses: what `TokenValidator` refuses, without its skew for `tokenExpired`; `tokenInactive` for one taken back.
    func requireActiveAccessToken(_ token: Credential) async throws -> AccessTokenClaims {
        let claims = try await requireGenuineAccessToken(token)
        guard clock.now() < claims.expiresAt else { throw Refusal.tokenExpired }
        guard try await !isRevoked(claims) else { throw Refusal.tokenInactive }
        return claims
    }

    /// The same without asking whether it was taken back; nil where `TokenValidator` refuses it.
    func genuineAccessToken(_ token: Credential) async throws -> AccessTokenClaims? {
        do { return try await requireGenuineAccessToken(token) } catch is Refusal { return nil }
    }

    private func requireGenuineAccessToken(_ token: Credential) async throws -> AccessTokenClaims {
        // Which audience and which certificate to ask for is read off the token; the validator then holds it to that.
        let unverified = try? UnverifiedToken.decodeWithoutVerifying(token).payload
        let audience = unverified?["aud"]?.string.flatMap { registry[$0] == nil ? nil : $0 }
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: [issuer],
            // An audience that nobody has declared is held against our own, which it is not.
            audience: audience ?? issuer,
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked()
        )
        // A bound token is told apart from a stolen one by the API that has its sender on the line; whoever asks us gets `cnf`
        // in the answer and compares (RFC 8705 §3.2).
        let bound = unverified?["cnf"]?.object?["x5t#S256"]?.string
        let certificate = bound.flatMap { CertificateThumbprint(reading: $0) }
        return try await validator.verify(token, from: .relayWithoutProof(certificate: certificate)).claims
    }

    /// Whether the token itself, its session, its family or its account has come to an end.
    func isRevoked(_ claims: AccessTokenClaims) async throws -> Bool {
        try await database.read { connection in
            try !connection.query(
                """
                SELECT 1 AS ended FROM revoked_access_tokens WHERE token_id = $1
                UNION ALL SELECT 1 FROM sign_on_sessions WHERE sid = $2 AND ended_at IS NOT NULL
                UNION ALL SELECT 1 FROM refresh_families
                    WHERE session_id = $2 AND client_id = $3 AND revoked_at IS NOT NULL AND revoked_at >= $4
                UNION ALL SELECT 1 FROM accounts WHERE id = $5 AND disabled = 1
                LIMIT 1
                """,
                [
                    claims.tokenID, claims.sessionID ?? "", claims.clientID, claims.issuedAt.secondsSinceEpoch,
                    claims.subject,
                ]
            ).isEmpty
        }
    }

    /// Takes one access token back; remembered for as long as it could be used.
    func revoke(_ claims: AccessTokenClaims) async throws {
        let expiry = claims.expiresAt + Bounds.clockSkewSeconds
        try await database.transaction { connection in
            try connection.run(
                "INSERT INTO revoked_access_tokens (token_id, expires_at) VALUES ($1, $2) ON CONFLICT (token_id) DO NOTHING",
                [claims.tokenID, expiry.secondsSinceEpoch]
            )
        }
    }

    /// The family of a refresh token that could be spent at this moment; nil for any other text.
    func activeRefreshToken(_ token: Credential) async throws -> (family: RefreshFamily, expiresAt: NumericDate)? {
        let now = clock.now()
        let rows = try await database.read { connection in
            try connection.query(
                """
                SELECT \(RefreshFamily.columns), t.expires_at AS token_expires_at
                FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id
                WHERE t.token_hash = $1 AND t.rotated_at IS NULL AND f.revoked_at IS NULL AND t.expires_at > $2
                """,
                [token.digest, now.secondsSinceEpoch]
            )
        }
        return try rows.first.map { row in
            (try RefreshFamily(reading: row), NumericDate(try row.integer("token_expires_at")))
        }
    }
}
