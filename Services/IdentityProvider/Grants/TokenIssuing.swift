import Storage
import Tokens

/// What an access token is going to open: one audience, and scopes that belong to it.
struct Access: Sendable, Equatable {
    let resource: String
    let scope: ScopeSet
}

/// What an access token of a user is going to open, and from when on.
struct TokenTerms: Sendable {
    /// Asks for them inside the transaction that finds the grant alive.
    typealias Question = @Sendable (any SQLConnection) throws -> TokenTerms

    let access: Access
    /// `iat`.
    let issuedAt: NumericDate
}

/// Mints the tokens of this provider; the grants decide whether, this decides what is in them.
struct TokenIssuing: Sendable {
    /// What this provider signs with: ES256, and RS256 beside it for ID tokens of clients that know no other. The ring keeps
    /// keys of these.
    static let algorithms: [Algorithm] = [.es256, .rs256]

    let issuer: String
    let lifetimes: TokenLifetimes
    let registry: ScopeRegistry
    let minter: TokenMinter
    let dates: TokenDates

    /// Chooses audience and scope of a user's token.
    ///
    /// - Takes: `resource` of the request: one at most, as a token has one audience; `scope`, already narrowed by the caller.
    /// - Gives: without `resource`, the first granted audience at which the scope opens anything.
    /// - Refuses: `audienceNotAllowed` for two resources or one that was not granted (RFC 8707 §2.2), `scopeNotAllowed` where
    ///   nothing would be opened.
    func access(
        requested: [String],
        scope: ScopeSet,
        within granted: [String],
        roles: Set<String>
    ) throws(Refusal) -> Access {
        guard requested.count <= 1, requested.allSatisfy(granted.contains) else { throw .audienceNotAllowed }
        for resource in requested.isEmpty ? granted : requested {
            let allowed = registry.allowed(scope, at: resource, roles: roles)
            if !allowed.isEmpty { return Access(resource: resource, scope: allowed) }
        }
        throw .scopeNotAllowed
    }

    /// What the next token of a grant may open, and from when on: asked inside the transaction that finds the grant alive, of the
    /// account as it stands there. Whoever loses a role in that moment is left with a token that this revokes, or with one without
    /// the role.
    ///
    /// - Refuses: `accountDisabled`, also where the account is gone; what `access` refuses.
    func terms(
        of grant: AuthorizationGrant,
        requested: [String],
        on connection: any SQLConnection
    ) throws -> TokenTerms {
        guard let account = try Account.find(id: grant.accountID, on: connection), !account.disabled else {
            throw Refusal.accountDisabled
        }
        return TokenTerms(
            access: try access(
                requested: requested,
                scope: grant.scope,
                within: grant.resources,
                roles: account.roles
            ),
            issuedAt: dates.dateToken(subject: account.id, client: grant.clientID, session: grant.sessionID)
        )
    }

    /// An access token for a user (RFC 9068 §2.2), at most until `limit`; where its client has shown a key, good only with that
    /// (RFC 9449 §6.1).
    func accessToken(
        _ terms: TokenTerms,
        of grant: AuthorizationGrant,
        key: KeyThumbprint?,
        until limit: NumericDate
    ) throws -> Minted<AccessTokenClaims> {
        let claims = AccessTokenClaims(
            issuer: issuer,
            subject: grant.accountID,
            audience: terms.access.resource,
            clientID: grant.clientID,
            issuedAt: terms.issuedAt,
            expiresAt: min(terms.issuedAt + lifetimes.accessSeconds, limit),
            tokenID: Credential.random(byteCount: 16).exposed,
            scope: terms.access.scope,
            authenticatedAt: grant.authenticatedAt,
            sessionID: grant.sessionID,
            confirmation: key.map { .key($0) }
        )
        return try mint(claims)
    }

    /// A service's own token: it is the subject, and where it showed a certificate or a key the token is good only with that.
    func serviceToken(
        _ access: Access,
        for client: Client,
        boundTo confirmation: ConfirmationMethod?
    ) throws -> Minted<AccessTokenClaims> {
        let now = dates.dateToken(subject: client.id, client: client.id)
        let claims = AccessTokenClaims(
            issuer: issuer,
            subject: client.id,
            audience: access.resource,
            clientID: client.id,
            issuedAt: now,
            expiresAt: now + lifetimes.serviceSeconds,
            tokenID: Credential.random(byteCount: 16).exposed,
            scope: access.scope,
            confirmation: confirmation
        )
        return try mint(claims)
    }

    /// The statement to the client about the sign-in (OpenID Connect Core §2); nil where `openid` was not granted.
    func idToken(for client: Client, of grant: AuthorizationGrant, nonce: String?) throws -> Minted<IDTokenClaims>? {
        guard grant.scope.contains("openid") else { return nil }
        let now = dates.now()
        let claims = IDTokenClaims(
            issuer: issuer,
            subject: grant.accountID,
            audience: client.id,
            issuedAt: now,
            expiresAt: now + lifetimes.idSeconds,
            authenticatedAt: grant.authenticatedAt,
            nonce: nonce,
            sessionID: grant.sessionID
        )
        return try sign(claims, client.idTokenAlgorithm)
    }

    private func mint(_ claims: AccessTokenClaims) throws -> Minted<AccessTokenClaims> {
        guard claims.expiresAt.seconds(since: claims.issuedAt) >= 1 else { throw Refusal.lifetimeTooShort }
        return try sign(claims, .es256)
    }

    private func sign<Claims>(_ claims: Claims, _ algorithm: Algorithm) throws -> Minted<Claims> {
        let (token, keyID) = try minter.mintNamingKey(claims, algorithm: algorithm)
        return Minted(token: token, claims: claims, keyID: keyID)
    }
}
