/// The claims of an ID token (OpenID Connect Core §2): a statement to a client about a sign-in, and no key to any API.
public struct IDTokenClaims: TokenClaims, Equatable {
    /// An ID token.
    public static let kind = TokenKind.idToken

    /// `iss`: the identity provider.
    public let issuer: String
    /// `sub`: the user's account id.
    public let subject: String
    /// The client.
    public let audience: String
    /// `iat`.
    public let issuedAt: NumericDate
    /// `exp`.
    public let expiresAt: NumericDate
    /// `auth_time`: when the user last proved who they are.
    public let authenticatedAt: NumericDate?
    /// What the client sent along, unchanged: it ties the token to one request of that client.
    public let nonce: String?
    /// `sid`: the sign-on session, the same as in the access token.
    public let sessionID: String?

    /// Claims as the provider writes them; what is nil is left out of the payload.
    public init(
        issuer: String,
        subject: String,
        audience: String,
        issuedAt: NumericDate,
        expiresAt: NumericDate,
        authenticatedAt: NumericDate? = nil,
        nonce: String? = nil,
        sessionID: String? = nil
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.authenticatedAt = authenticatedAt
        self.nonce = nonce
        self.sessionID = sessionID
    }

    /// Reads the claims that OpenID Connect Core §2 requires, and the others where they stand.
    ///
    /// - Refuses: `claimMalformed`, `claimMissing`.
    public init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        subject = try claims.string("sub")
        audience = try claims.audience()
        issuedAt = try claims.date("iat")
        expiresAt = try claims.date("exp")
        authenticatedAt = try claims.optionalDate("auth_time")
        nonce = try claims.optionalString("nonce")
        sessionID = try claims.optionalString("sid")
    }

    /// The claims in full, what is nil left out.
    public var payload: JSONObject {
        var payload: JSONObject = [
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(audience),
            "iat": .integer(issuedAt.secondsSinceEpoch), "exp": .integer(expiresAt.secondsSinceEpoch),
        ]
        payload["auth_time"] = authenticatedAt.map { .integer($0.secondsSinceEpoch) }
        payload["nonce"] = nonce.map { .string($0) }
        payload["sid"] = sessionID.map { .string($0) }
        return payload
    }

    /// `exp`.
    public var expiry: NumericDate? { expiresAt }
}
