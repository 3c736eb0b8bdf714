/// What a service decided about.
public enum AuditEvent: String, Sendable, CaseIterable {
    /// A protected route: whether a token opens it.
    case access
    /// A password, a profile, a role, or whether somebody may sign in at all, was changed by an operator.
    case accountChange
    /// An authorization request: what came of it, a code or a page that asks the user.
    case authorize
    /// A client was registered, or its secret changed.
    case clientChange
    /// The user's yes or no to what a client asks for.
    case consent
    /// A security event that an issuer has sent here (RFC 8935), taken or not.
    case eventReceipt
    /// A request that goes on to a service behind the gateway.
    case forward
    /// A signing key was announced, rotated, removed or revoked.
    case keyChange
    /// A request of an operator that changes nothing of the above.
    case operation
    /// A request of which nothing is known but that it was refused: no such path, no such method, not HTTP.
    case request
    /// Something was taken back: by an operator, or by the service itself.
    case revocation
    /// The service began to write this log, or stopped in good order.
    case serviceStart, serviceStop
    /// Somebody proved who they are, or did not.
    case signIn
    /// A session ended at its user's wish.
    case signOut
    /// Something was suspended by the service itself, or given back by an operator.
    case suspension
    /// A token for one hop (RFC 8693 §2.1).
    case tokenExchange
    /// A question about a token (RFC 7662 §2).
    case tokenIntrospection
    /// Tokens for a code, or a client's own (RFC 6749 §4.1.3, §4.4).
    case tokenIssue
    /// Tokens for a refresh token (RFC 6749 §6).
    case tokenRefresh
    /// A token given back by its client (RFC 7009 §2).
    case tokenRevocation

    /// Whether an answer that says "done" waits for the record to be durable.
    ///
    /// These give something out, or take it back: nobody holds a token of which the log does not know. The others are decisions
    /// about what was given before, and their records may trail by `AuditTiming.trailMillisecondsMax`.
    public var isDurable: Bool {
        switch self {
        case .accountChange, .authorize, .clientChange, .consent, .keyChange, .revocation, .signIn, .signOut,
            .suspension,
            .tokenExchange, .tokenIssue, .tokenRefresh, .tokenRevocation:
            true
        case .access, .eventReceipt, .forward, .operation, .request, .serviceStart, .serviceStop, .tokenIntrospection:
            false
        }
    }
}

/// How it was decided.
public enum AuditOutcome: String, Sendable, CaseIterable {
    case allowed
    /// The caller's doing: the reason says what was wrong.
    case denied
    /// Ours: nobody could decide, or what was allowed did not come about.
    case failed
}
