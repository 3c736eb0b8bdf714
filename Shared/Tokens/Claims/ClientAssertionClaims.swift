/// The claims with which a client proves who it is by its own key: `private_key_jwt` (RFC 7523 §3).
public struct ClientAssertionClaims: TokenClaims, Equatable {
    /// A client assertion.
    public static let kind = TokenKind.clientAssertion
    /// Seconds from now to `exp` at most: what the replay cache must remember.
    public static let lifetimeSecondsMax: Int64 = 300

    /// The client id; `sub` is the same, checked in reading.
    public let issuer: String
    /// The issuer identifier of the authorization server.
    public let audience: String
    /// `iat`; the epoch where the client sent none.
    public let issuedAt: NumericDate
    /// `exp`.
    public let expiresAt: NumericDate
    /// `jti`: good for one use.
    public let tokenID: String

    /// Claims of the client itself: `iss` and `sub` are both `clientID`.
    public init(clientID: String, audience: String, issuedAt: NumericDate, expiresAt: NumericDate, tokenID: String) {
        issuer = clientID
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
    }

    /// Reads `iss`, `sub`, `aud`, `exp`, `jti`, and `iat` where it stands.
    ///
    /// - Refuses: `clientMismatch` when issuer and subject differ: only the client itself may assert the client;
    ///   `claimMalformed`, `claimMissing`.
    public init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        guard try claims.string("sub").isExactly(issuer) else { throw .clientMismatch }
        audience = try claims.audience()
        expiresAt = try claims.date("exp")
        // RFC 7523 §3 leaves `iat` optional; one that is not there cannot lie in the future.
        issuedAt = try claims.optionalDate("iat") ?? NumericDate(0)
        tokenID = try claims.tokenID()
    }

    /// The claims in full, `iat` included.
    public var payload: JSONObject {
        [
            "iss": .string(issuer), "sub": .string(issuer), "aud": .string(audience),
            "iat": .integer(issuedAt.secondsSinceEpoch), "exp": .integer(expiresAt.secondsSinceEpoch),
            "jti": .string(tokenID),
        ]
    }

    /// `exp`.
    public var expiry: NumericDate? { expiresAt }
}
