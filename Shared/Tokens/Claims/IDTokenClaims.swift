/// The claims of an ID token (OpenID Connect Core §2): a statement to a client about a sign-in, and no key to any API.
public struct IDTokenClaims: TokenClaims, Equatable {
    public static let kind = TokenKind.idToken

    public let issuer: String
    public let subject: String
    /// The client.
    public let audience: String
    public let issuedAt: NumericDate
    public let expiresAt: NumericDate
    public let authenticatedAt: NumericDate?
    /// What the client sent along, unchanged: it ties the token to one request of that client.
    public let nonce: String?
    public let sessionID: String?

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
}
