import Crypto

/// The claims of a DPoP proof: this very request, by the holder of the key in the header (RFC 9449 §4.2).
public struct DPoPProofClaims: Sendable, Equatable {
    /// `jti`: good for one use.
    public let proofID: String
    /// `htm`: the request's method.
    public let method: String
    /// `htu`: the request's URL, without query and fragment.
    public let url: String
    /// `iat`.
    public let issuedAt: NumericDate
    /// `ath`: SHA-256 of the access token that goes with the request, as base64url; nil at a token endpoint, where there
    /// is none yet.
    public let accessTokenHash: String?

    /// Claims for one request.
    public init(
        proofID: String,
        method: String,
        url: String,
        issuedAt: NumericDate,
        accessToken: Credential? = nil
    ) {
        self.proofID = proofID
        self.method = method
        self.url = url
        self.issuedAt = issuedAt
        accessTokenHash = accessToken.map(Self.hash)
    }

    /// Reads the claims.
    ///
    /// - Refuses: `claimMissing`, `claimMalformed`.
    init(reading claims: ClaimReader) throws(Refusal) {
        proofID = try claims.tokenID()
        method = try claims.string("htm")
        url = try claims.string("htu")
        issuedAt = try claims.date("iat")
        accessTokenHash = try claims.optionalString("ath")
    }

    /// The claims in full, what is nil left out.
    public var payload: JSONObject {
        var payload = JSONObject()
        payload.append("jti", proofID)
        payload.append("htm", method)
        payload.append("htu", url)
        payload.append("iat", issuedAt)
        payload.append("ath", accessTokenHash)
        return payload
    }

    /// Whether the proof is for a request with this token; for one without, where there is none.
    func isFor(_ token: Credential?) -> Bool {
        guard let token, let accessTokenHash else { return token == nil && accessTokenHash == nil }
        return accessTokenHash.isExactly(Self.hash(token))
    }

    /// The `ath` of an access token (RFC 9449 §4.2).
    static func hash(_ token: Credential) -> String { Base64URL.encode(token.digest) }
}
