/// The claims of a logout token: the provider tells a client that a session, or everything of a user, has ended
/// (OpenID Connect Back-Channel Logout §2.4).
public struct LogoutTokenClaims: TokenClaims, Equatable {
    /// A logout token.
    public static let kind = TokenKind.logoutToken
    /// The one event that makes it a logout token.
    public static let event = "http://schemas.openid.net/event/backchannel-logout"

    /// `iss`: the identity provider.
    public let issuer: String
    /// The client.
    public let audience: String
    /// `iat`.
    public let issuedAt: NumericDate
    /// `exp`.
    public let expiresAt: NumericDate
    /// `jti`.
    public let tokenID: String
    /// Who is logged out.
    public let target: Target

    /// Who is logged out.
    public enum Target: Sendable, Hashable {
        /// `sid`: one session; `sub` may say whose.
        case session(String, ofSubject: String?)
        /// `sub` alone: every session of this user at the client.
        case subject(String)
    }

    /// Claims as the provider writes them.
    public init(
        issuer: String,
        audience: String,
        issuedAt: NumericDate,
        expiresAt: NumericDate,
        tokenID: String,
        target: Target
    ) {
        self.issuer = issuer
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
        self.target = target
    }

    /// Reads the claims.
    ///
    /// - Refuses: `claimMissing` with neither `sub` nor `sid`; `claimMalformed` without the one event, or with a
    ///   `nonce`: that would make the token pass for an ID token (OpenID Connect Back-Channel Logout §2.4).
    public init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        audience = try claims.audience()
        issuedAt = try claims.date("iat")
        expiresAt = try claims.date("exp")
        tokenID = try claims.tokenID()
        guard try claims.object("events")[Self.event]?.object != nil, !claims.has("nonce") else {
            throw .claimMalformed
        }
        let subject = try claims.optionalString("sub")
        if let session = try claims.optionalString("sid") {
            target = .session(session, ofSubject: subject)
        } else if let subject {
            target = .subject(subject)
        } else {
            throw .claimMissing
        }
    }

    /// The claims in full.
    public var payload: JSONObject {
        var payload = JSONObject()
        payload.append("iss", issuer)
        payload.append("aud", audience)
        payload.append("iat", issuedAt)
        payload.append("exp", expiresAt)
        payload.append("jti", tokenID)
        payload.append("events", [Self.event: [:]])
        switch target {
        case .session(let session, let subject):
            payload.append("sub", subject)
            payload.append("sid", session)
        case .subject(let subject): payload.append("sub", subject)
        }
        return payload
    }

    /// `exp`.
    public var expiry: NumericDate? { expiresAt }
}
