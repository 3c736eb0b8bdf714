/// A successful answer of a token endpoint (RFC 6749 §5.1; RFC 8693 §2.2.1 for an exchange).
public struct TokenResponse: Sendable {
    /// `access_token`.
    public let accessToken: Credential
    /// `token_type`.
    public let tokenType: AccessTokenType
    /// `expires_in`, seconds.
    public let lifetimeSeconds: Int64
    /// Said also where it is what was asked for: nobody has to guess what was granted.
    public let scope: ScopeSet
    /// `refresh_token`, where one was issued.
    public let refreshToken: Credential?
    /// `id_token` (OpenID Connect Core §3.1.3.3), where one was issued.
    public let idToken: Credential?
    /// `issued_token_type`, of an exchange only.
    public let issuedTokenType: String?

    /// An answer with these members; what is nil is left out of the document.
    public init(
        accessToken: Credential,
        tokenType: AccessTokenType = .bearer,
        lifetimeSeconds: Int64,
        scope: ScopeSet,
        refreshToken: Credential? = nil,
        idToken: Credential? = nil,
        issuedTokenType: String? = nil
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.lifetimeSeconds = lifetimeSeconds
        self.scope = scope
        self.refreshToken = refreshToken
        self.idToken = idToken
        self.issuedTokenType = issuedTokenType
    }

    /// The body as it goes over the wire: it exposes the tokens.
    public var exposedDocument: JSONObject {
        var document: JSONObject = [
            "access_token": .string(accessToken.exposed), "token_type": .string(tokenType.rawValue),
            "expires_in": .integer(lifetimeSeconds),
        ]
        // An empty text is no scope (RFC 6749 §3.3); nothing granted is said by silence.
        if !scope.isEmpty { document["scope"] = .string(scope.text) }
        document["refresh_token"] = refreshToken.map { .string($0.exposed) }
        document["id_token"] = idToken.map { .string($0.exposed) }
        document["issued_token_type"] = issuedTokenType.map { .string($0) }
        return document
    }

    /// Reads the answer of a token endpoint.
    ///
    /// - Gives: nil for a document that is no such answer, a `token_type` that we do not know included.
    public init?(reading document: JSONObject) {
        guard let accessToken = document["access_token"]?.string, !accessToken.isEmpty,
            let tokenType = document["token_type"]?.string.flatMap(AccessTokenType.init(reading:)),
            let lifetimeSeconds = document["expires_in"]?.integer, lifetimeSeconds > 0
        else { return nil }
        self.init(
            accessToken: Credential(accessToken),
            tokenType: tokenType,
            lifetimeSeconds: lifetimeSeconds,
            scope: document["scope"]?.string.flatMap(ScopeSet.init(reading:)) ?? [],
            refreshToken: document["refresh_token"]?.string.map { Credential($0) },
            idToken: document["id_token"]?.string.map { Credential($0) },
            issuedTokenType: document["issued_token_type"]?.string
        )
    }
}
