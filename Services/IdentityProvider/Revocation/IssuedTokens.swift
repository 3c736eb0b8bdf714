import Audit
import ServiceKit
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
    let revocations: Revocations

    /// The claims of a living access token of ours, for whichever audience.
    ///
    /// - Refuses: what `TokenValidator` refuses, without its skew for `tokenExpired`.
    func requireActiveAccessToken(_ token: Credential, _ decision: Decision) async throws -> AccessTokenClaims {
        let claims = try await verify(token, decision)
        guard clock.now() < claims.expiresAt else { throw Refusal.tokenExpired }
        return claims
    }

    /// The claims of an access token that is worth taking back; nil where `TokenValidator` refuses it.
    func revocableAccessToken(_ token: Credential, _ decision: Decision) async throws -> AccessTokenClaims? {
        do { return try await verify(token, decision) } catch is Refusal { return nil }
    }

    private func verify(_ token: Credential, _ decision: Decision) async throws -> AccessTokenClaims {
        decision.notePresented(AuditToken(unverified: .access, token))
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
            revocations: revocations.index
        )
        // A bound token is told apart from a stolen one by the API that has its sender on the line; whoever asks us gets `cnf`
        // in the answer and compares (RFC 8705 §3.2).
        let bound = unverified?["cnf"]?.object?["x5t#S256"]?.string
        let certificate = bound.flatMap { CertificateThumbprint(reading: $0) }
        let verified = try await validator.verify(token, from: .relayWithoutProof(certificate: certificate))
        decision.notePresented(AuditToken(.access, verified.claims, keyID: verified.keyID))
        return verified.claims
    }

    /// Takes one access token back.
    ///
    /// - Parameter tokenID: its `jti`. Whether there ever was such a token is not known here.
    @discardableResult
    func revoke(_ tokenID: String, decision: Decision) async throws -> RevocationEvent {
        try await database.transaction { [revocations] connection in
            try revocations.revokeToken(tokenID, on: connection, decision: decision)
        }
    }

    /// The family of a refresh token that could be spent at this moment; nil for any other text.
    func activeRefreshToken(
        _ token: Credential,
        _ decision: Decision
    ) async throws -> (family: RefreshFamily, expiresAt: NumericDate)? {
        decision.notePresented(.refresh, token)
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
        guard let row = rows.first else { return nil }
        let (family, expiresAt) = (try RefreshFamily(reading: row), NumericDate(try row.integer("token_expires_at")))
        decision.notePresented(.refresh, token, of: family.grant, expiresAt: expiresAt)
        return (family, expiresAt)
    }
}
