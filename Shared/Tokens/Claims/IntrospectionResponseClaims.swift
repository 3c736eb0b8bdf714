/// A signed answer to "what is this token?" (RFC 9701 §5): proof for the one who asked, and for whoever it must be shown
/// to later.
public struct IntrospectionResponseClaims: TokenClaims, Equatable {
    /// A signed introspection response.
    public static let kind = TokenKind.introspectionResponse
    /// Seconds for which the answer may be acted on: it speaks of the moment at which it was asked.
    public static let lifetimeSeconds: Int64 = 60

    /// `iss`: the authorization server.
    public let issuer: String
    /// Who asked.
    public let audience: String
    /// `iat`.
    public let issuedAt: NumericDate
    /// `token_introspection`: the answer itself, as RFC 7662 §2.2 has it.
    public let response: JSONObject

    /// An answer about one token.
    public init(issuer: String, audience: String, issuedAt: NumericDate, response: JSONObject) {
        self.issuer = issuer
        self.audience = audience
        self.issuedAt = issuedAt
        self.response = response
    }

    /// Whether the token is good; an answer that says anything but true says no.
    public var isActive: Bool { response["active"]?.bool == true }

    /// Reads the claims.
    ///
    /// - Refuses: `claimMalformed` for an answer without `active`, and for `sub` or `exp` beside it: with them the
    ///   answer would pass for an access token (RFC 9701 §5).
    public init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        audience = try claims.audience()
        issuedAt = try claims.date("iat")
        response = try claims.object("token_introspection")
        guard response["active"]?.bool != nil, !claims.has("sub"), !claims.has("exp") else { throw .claimMalformed }
    }

    /// The claims in full.
    public var payload: JSONObject {
        var payload = JSONObject()
        payload.append("iss", issuer)
        payload.append("aud", audience)
        payload.append("iat", issuedAt)
        payload.append("token_introspection", .object(response))
        return payload
    }

    /// A minute after `iat`, though no claim says so.
    public var expiry: NumericDate? { issuedAt + Self.lifetimeSeconds }
}
