/// A successful answer of a token endpoint (RFC 6749 §5.1; RFC 8693 §2.2.1 for an exchange).
public struct TokenResponse: Sendable {
    public let accessToken: Credential
    /// `expires_in`, seconds.
    public let lifetimeSeconds: Int64
    /// Always said, also where it is what was asked for: nobody has to guess what was granted.
    public let scope: ScopeSet
    public let refreshToken: Credential?
    public let idToken: Credential?
    /// `issued_token_type`, of an exchange only.
    public let issuedTokenType: String?

    public init(
        accessToken: Credential,
        lifetimeSeconds: Int64,
        scope: ScopeSet,
        refreshToken: Credential? = nil,
        idToken: Credential? = nil,
        issuedTokenType: String? = nil
    ) {
        self.accessToken = accessToken
        self.lifetimeSeconds = lifetimeSeconds
        self.scope = scope
        self.refreshToken = refreshToken
        self.idToken = idToken
        self.issuedTokenType = issuedTokenType
    }

    /// The body as it goes over the wire: it exposes the tokens.
    public var exposedDocument: JSONObject {
        var document: JSONObject = [
            "access_token": .string(accessToken.exposed), "token_type": "Bearer",
            "expires_in": .integer(lifetimeSeconds), "scope": .string(scope.text),
        ]
        document["refresh_token"] = refreshToken.map { .string($0.exposed) }
        document["id_token"] = idToken.map { .string($0.exposed) }
        document["issued_token_type"] = issuedTokenType.map { .string($0) }
        return document
    }

    /// Reads the answer of a token endpoint.
    ///
    /// - Gives: nil for a document that is no such answer, `token_type` other than Bearer included.
    public init?(reading document: JSONObject) {
        guard let accessToken = document["access_token"]?.string, !accessToken.isEmpty,
            document["token_type"]?.string?.lowercased() == "bearer",
            let lifetimeSeconds = document["expires_in"]?.integer, lifetimeSeconds > 0
        else { return nil }
        self.init(
            accessToken: Credential(accessToken),
            lifetimeSeconds: lifetimeSeconds,
            scope: document["scope"]?.string.flatMap(ScopeSet.init(reading:)) ?? [],
            refreshToken: document["refresh_token"]?.string.map { Credential($0) },
            idToken: document["id_token"]?.string.map { Credential($0) },
            issuedTokenType: document["issued_token_type"]?.string
        )
    }
}
