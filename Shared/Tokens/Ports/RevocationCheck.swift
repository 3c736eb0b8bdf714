/// What is asked of every token on every request, remembered ones included: has it been revoked since it was issued?
public protocol RevocationCheck: Sendable {
    /// Whether anything that `token` stands on has been revoked. The hot path: no waiting, no network.
    func isRevoked(_ token: RevocableToken) -> Bool

    /// Throws where what is known of the issuer's revocations is older than `rule` allows: then nobody can say whether
    /// a token of it is still good, and the answer is 503, never 401.
    func requireFresh(issuer: String, _ rule: StalenessRule) throws(DependencyUnavailable)
}

/// What a route does while it hears nothing of revocations.
public enum StalenessRule: Sendable, Hashable {
    /// It stops answering as soon as the feed is overdue: where a stolen token would do harm.
    case failClosed
    /// It goes on for this long after the feed was last heard, and then stops too: where being away does more harm
    /// than a revoked token that is let in meanwhile.
    case trust(secondsMax: Int64)
}

/// What of a token can be revoked; read out of verified claims and the key that verified them.
public struct RevocableToken: Sendable {
    /// `iss`: every other value is an id of this issuer, and of nobody else.
    public let issuer: String
    /// `jti`; nil where the token has none.
    public let tokenID: String?
    /// `sid`: the sign-on session behind the token; nil where no user took part.
    public let sessionID: String?
    /// `sub`; nil where the token has none.
    public let subject: String?
    /// `client_id`; nil where the token has none.
    public let clientID: String?
    /// `kid` of the key that verified the signature.
    public let keyID: String
    /// `iat`.
    public let issuedAt: NumericDate
    /// The tokens that this one was exchanged from: what revokes one of them revokes this.
    public let sources: [RevocableToken]

    /// A token, by all that can be revoked of it.
    public init(
        issuer: String,
        tokenID: String? = nil,
        sessionID: String? = nil,
        subject: String? = nil,
        clientID: String? = nil,
        keyID: String,
        issuedAt: NumericDate,
        sources: [RevocableToken] = []
    ) {
        self.issuer = issuer
        self.tokenID = tokenID
        self.sessionID = sessionID
        self.subject = subject
        self.clientID = clientID
        self.keyID = keyID
        self.issuedAt = issuedAt
        self.sources = sources
    }
}

/// What an issuer can revoke, by the claim or header that names it in a token.
public enum RevocationTarget: Sendable, Hashable {
    /// The one token with this `jti`.
    case token(String)
    /// Every token of the sign-on session with this `sid`.
    case session(String)
    /// Every token that one client was given in one sign-on session, up to now; other clients of the session go on.
    case grant(sessionID: String, clientID: String)
    /// Every token with this `sub` that was issued up to now; the user may sign in again.
    case subject(String)
    /// Every token with this `client_id` that was issued up to now; the client may be given new ones.
    case client(String)
    /// Every token that is signed with the key of this `kid`.
    case key(String)
}

/// For verifiers of tokens that nothing revokes: client assertions, DPoP proofs.
public struct NothingRevoked: RevocationCheck {
    /// Nothing is revoked; there is nothing to set.
    public init() {}

    /// False.
    public func isRevoked(_ token: RevocableToken) -> Bool { false }

    /// Nothing that happens can be missed.
    public func requireFresh(issuer: String, _ rule: StalenessRule) {}
}
