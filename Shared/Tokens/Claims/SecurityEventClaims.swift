/// The claims of a security event token: something has happened, and whoever receives this should know (RFC 8417 §2.2).
///
/// It states a fact, so it does not expire, however late it is delivered.
public struct SecurityEventClaims: TokenClaims, Equatable {
    /// A security event token.
    public static let kind = TokenKind.securityEvent

    /// `iss`: who saw it happen.
    public let issuer: String
    /// The receiver. The RFC leaves `aud` optional; a statement to nobody in particular can be played to anybody.
    public let audience: String
    /// `iat`: when the statement was made.
    public let issuedAt: NumericDate
    /// `jti`: a receiver applies each statement once.
    public let tokenID: String
    /// `txn`: what the statement belongs to.
    public let transactionID: String?
    /// `toe`: when it happened, where that is not when the statement was made.
    public let happenedAt: NumericDate?
    /// `sub_id`: to whom or what it happened (RFC 9493 §4.1).
    public let subjectID: JSONObject?
    /// `events`: what happened, by event type URI; one at least, each value an object.
    public let events: JSONObject

    /// Claims as the transmitter writes them.
    public init(
        issuer: String,
        audience: String,
        issuedAt: NumericDate,
        tokenID: String,
        transactionID: String? = nil,
        happenedAt: NumericDate? = nil,
        subjectID: JSONObject? = nil,
        events: JSONObject
    ) {
        self.issuer = issuer
        self.audience = audience
        self.issuedAt = issuedAt
        self.tokenID = tokenID
        self.transactionID = transactionID
        self.happenedAt = happenedAt
        self.subjectID = subjectID
        self.events = events
    }

    /// Reads the claims.
    ///
    /// - Refuses: `claimMalformed` for no event, an event that is no object, or an `exp`: what expires is no statement
    ///   of fact, but perhaps a token of another kind (RFC 8417 §2.2, §4.6).
    public init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        audience = try claims.audience()
        issuedAt = try claims.date("iat")
        tokenID = try claims.tokenID()
        transactionID = try claims.optionalString("txn")
        happenedAt = try claims.optionalDate("toe")
        subjectID = try claims.optionalWholeObject("sub_id")
        events = try claims.object("events")
        guard !events.members.isEmpty, events.members.allSatisfy({ !$0.name.isEmpty && $0.value.object != nil }),
            !claims.has("exp")
        else { throw .claimMalformed }
    }

    /// The claims in full, what is nil left out.
    public var payload: JSONObject {
        var payload = JSONObject()
        payload.append("iss", issuer)
        payload.append("aud", audience)
        payload.append("iat", issuedAt)
        payload.append("jti", tokenID)
        payload.append("txn", transactionID)
        payload.append("toe", happenedAt)
        if let subjectID { payload.append("sub_id", .object(subjectID)) }
        payload.append("events", .object(events))
        return payload
    }

    /// Nil.
    public var expiry: NumericDate? { nil }
}
