public import Tokens

/// A token that was presented or issued: what it says, never the token.
public struct AuditToken: Sendable, Equatable {
    /// What it is, or was presented as.
    public enum Kind: String, Sendable, CaseIterable {
        case access, refresh, id, code
        /// The token of the service that asks for an exchange (`actor_token`, RFC 8693 §2.1).
        case actor
        /// The token that an exchange starts from (`subject_token`).
        case subject
    }

    /// What it is, or was presented as.
    public var kind: Kind
    /// False for a presented token that did not pass: its claims are whatever its author wrote.
    public var isVerified: Bool
    /// `jti`; of what has none (refresh tokens, codes), the fingerprint of `Credential`.
    public var tokenID: String
    /// `iss`.
    public var issuer: String?
    /// `sub`.
    public var subject: String?
    /// `client_id`.
    public var clientID: String?
    /// `aud`.
    public var audience: String?
    /// `scope`.
    public var scope: ScopeSet
    /// From the current actor to the first.
    public var actors: [String]
    /// `sid`.
    public var sessionID: String?
    /// `exp`.
    public var expiresAt: NumericDate?
    /// `kid` of the key that signed it.
    public var keyID: String?

    /// What is known of it.
    public init(
        _ kind: Kind,
        isVerified: Bool = true,
        tokenID: String,
        issuer: String? = nil,
        subject: String? = nil,
        clientID: String? = nil,
        audience: String? = nil,
        scope: ScopeSet = [],
        actors: [String] = [],
        sessionID: String? = nil,
        expiresAt: NumericDate? = nil,
        keyID: String? = nil
    ) {
        self.kind = kind
        self.isVerified = isVerified
        self.tokenID = tokenID
        self.issuer = issuer
        self.subject = subject
        self.clientID = clientID
        self.audience = audience
        self.scope = scope
        self.actors = actors
        self.sessionID = sessionID
        self.expiresAt = expiresAt
        self.keyID = keyID
    }
}

extension AuditToken {
    /// What a token says that has passed, or that was just signed.
    public init(_ kind: Kind, _ claims: AccessTokenClaims, keyID: String?) {
        self.init(
            kind,
            tokenID: claims.tokenID,
            issuer: claims.issuer,
            subject: claims.subject,
            clientID: claims.clientID,
            audience: claims.audience,
            scope: claims.scope,
            actors: claims.actor?.chain ?? [],
            sessionID: claims.sessionID,
            expiresAt: claims.expiresAt,
            keyID: keyID
        )
    }

    /// What a token that was refused says of itself, cut at `AuditBounds`; nil where nothing of it can be read.
    ///
    /// Cut here and not only when it is written: thousands of such records may wait for a disk.
    public init?(unverified kind: Kind, _ token: Credential) {
        guard let read = try? UnverifiedToken.decodeWithoutVerifying(token) else { return nil }
        let payload = read.payload
        func text(_ name: String) -> String? { payload[name]?.string.map(AuditBounds.cut) }
        var actors: [String] = []
        var level = payload["act"]?.object
        while let actor = level, actors.count < Bounds.actorDepthMax {
            actors.append(AuditBounds.cut(actor["sub"]?.string ?? "?"))
            level = actor["act"]?.object
        }
        self.init(
            kind,
            isVerified: false,
            tokenID: text("jti") ?? "",
            issuer: text("iss"),
            subject: text("sub"),
            clientID: text("client_id"),
            audience: text("aud"),
            scope: payload["scope"]?.string.flatMap { ScopeSet(reading: $0) }
                .flatMap { ScopeSet(reading: AuditBounds.cut($0)) } ?? [],
            actors: actors,
            sessionID: text("sid"),
            expiresAt: payload["exp"]?.integer.map { NumericDate($0) },
            keyID: read.header["kid"]?.string.map(AuditBounds.cut)
        )
    }

    /// Bytes of all that may be long in it.
    fileprivate var textBytes: Int {
        let texts = [tokenID, issuer, subject, clientID, audience, sessionID, keyID].compactMap { $0 }
        return (texts + actors + scope.values).reduce(0) { $0 + $1.utf8.count }
    }
}

extension AuditRecord {
    /// About as many bytes as it takes while it waits: those of any record, and what a stranger may have written as long as he likes.
    var waitingBytes: Int {
        let texts =
            asked.scope.values.reduce(0) { $0 + $1.utf8.count } + details.values.reduce(0) { $0 + $1.utf8.count }
        let names = [subject, clientID, asked.audience].reduce(0) { $0 + ($1?.utf8.count ?? 0) }
        let tokens = presented.reduce(0) { $0 + ($1.isVerified ? 0 : $1.textBytes) }
        return AuditTiming.recordBytesUsual + texts + names + tokens
    }
}
