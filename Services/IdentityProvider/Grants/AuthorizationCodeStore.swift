import Storage
import Tokens

/// What an authorization request binds its code to (RFC 6749 §4.1.3, RFC 7636 §4.4).
struct CodeBinding: Sendable {
    let redirectURI: String
    /// `code_challenge`, always S256.
    let codeChallenge: String
    /// For the ID token (OpenID Connect Core §2).
    let nonce: String?
}

/// Authorization codes: 256 random bits, good once, for seconds.
struct AuthorizationCodeStore: Sendable {
    let database: any Database
    let clock: any WallClock
    let lifetimeSeconds: Int64

    /// Stores a grant under a new code.
    func issue(_ grant: AuthorizationGrant, binding: CodeBinding) async throws -> Credential {
        let code = Credential.random()
        let expiry = clock.now() + lifetimeSeconds
        try await database.transaction { connection in
            try connection.run(
                """
                INSERT INTO authorization_codes (code_hash, client_id, account_id, session_id, scope, resources,
                    authenticated_at, nonce, redirect_uri, code_challenge, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """,
                [
                    code.digest, grant.clientID, grant.accountID, grant.sessionID, grant.scope.text,
                    grant.resources.joined(separator: " "), grant.authenticatedAt.secondsSinceEpoch, binding.nonce,
                    binding.redirectURI, binding.codeChallenge, expiry.secondsSinceEpoch,
                ]
            )
        }
        return code
    }
}
