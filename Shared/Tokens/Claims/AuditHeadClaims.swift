/// The claims of an audit head: a service states how far its audit log reaches at this moment, and what its last record was.
///
/// The log is a chain of hashes, in which no record can be changed without all that follow it. Who can write the file can write it
/// anew, or cut it off; only a statement that is signed, and kept elsewhere, shows that there was another log, or more of it.
/// It states a fact, so it does not expire.
public struct AuditHeadClaims: TokenClaims, Equatable {
    /// An audit head.
    public static let kind = TokenKind.auditHead
    /// Whom it is for, unless another is named: whoever verifies audit logs.
    public static let audience = "audit"

    /// `iss`: the service, by its name in the log.
    public let issuer: String
    /// `aud`.
    public let audience: String
    /// `iat`.
    public let issuedAt: NumericDate
    /// `first`: the number of the first record that is still kept. Older ones were removed in good order.
    public let firstSequence: Int64
    /// `seq`: the number of the last record; one less than the first where there is none.
    public let lastSequence: Int64
    /// `hash`: of the last record and all before it, SHA-256 as base64url.
    public let hash: String
    /// `closed`: the service has stopped in good order, and nothing follows until its next start.
    public let isClosed: Bool

    /// Claims as a service writes them.
    public init(
        service: String,
        audience: String = AuditHeadClaims.audience,
        issuedAt: NumericDate,
        firstSequence: Int64,
        lastSequence: Int64,
        hash: String,
        isClosed: Bool
    ) {
        issuer = service
        self.audience = audience
        self.issuedAt = issuedAt
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.hash = hash
        self.isClosed = isClosed
    }

    /// Reads the claims.
    ///
    /// - Refuses: `claimMalformed` for numbers that count nothing, and for a hash of another length.
    public init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        audience = try claims.audience()
        issuedAt = try claims.date("iat")
        firstSequence = try claims.count("first")
        lastSequence = try claims.count("seq")
        hash = try claims.string("hash")
        isClosed = try claims.flag("closed")
        guard firstSequence >= 1, lastSequence >= firstSequence - 1, Base64URL.decode(hash)?.count == 32 else {
            throw .claimMalformed
        }
    }

    /// The claims in full.
    public var payload: JSONObject {
        var payload = JSONObject()
        payload.append("iss", issuer)
        payload.append("aud", audience)
        payload.append("iat", issuedAt)
        payload.append("first", .integer(firstSequence))
        payload.append("seq", .integer(lastSequence))
        payload.append("hash", hash)
        payload.append("closed", .bool(isClosed))
        return payload
    }

    /// Nil.
    public var expiry: NumericDate? { nil }
}
