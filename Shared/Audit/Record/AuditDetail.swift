/// The names of what has no member of its own in a record (`AuditRecord.details`): one word, one meaning, in every service.
public enum AuditDetail: String, Sendable, CaseIterable {
    // What was asked, and of whom.
    /// A `grant_type`; `password` for the login of our own clients.
    case grant
    /// The page that an authorization request has led to.
    case page
    /// What the user has agreed to, when that is not all that was asked for.
    case agreed
    /// What was changed about an account or a client.
    case change
    /// The role that the source of truth was asked for.
    case role
    /// The service to which the gateway has sent a request on.
    case upstream

    /// For what an answer may be held back: its time is not that of a decision.
    case waits

    // Why it came out as it did.
    /// What could not be reached.
    case dependency
    /// The status that the caller was answered with, where it is not that of what was done.
    case answered
    /// The limit that was reached.
    case limit
    /// How many refusals one record stands for.
    case repeated
    /// A `RiskLevel` of the identity provider.
    case risk

    // What came of it.
    /// `sid` of the session that was begun.
    case session
    /// The id of a suspension; and the reason of one that was lifted.
    case suspension, suspensionLifted
    /// What an issued token is bound to (RFC 8705 §3.1, RFC 9449 §6.1).
    case certificate = "x5t#S256"
    case key = "jkt"
    /// `txn` of the token that started an exchange, where that is not the request's.
    case tokenTxn

    // Keys, and the ring they belong to; each state names the keys that have come into it.
    case kid, ring, announced, active, retired, removed, revoked

    // A security event: who says so, and its `jti`.
    case issuer, eventID

    // How a log was found at a start (`AuditLog.Opening`), and what was left out of a record.
    case lastSeq, cutBytes, missingUntil, unsignedFrom, headsMissing
    case cut
}

extension AuditRecord {
    /// One of its details; nil for what has not been noted.
    public subscript(detail: AuditDetail) -> String? {
        get { details[detail.rawValue] }
        set { details[detail.rawValue] = newValue }
    }
}
