public import Tokens

/// A token that was presented or issued: what it says, never the token.
public struct AuditToken: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case access, refresh, id, code
        /// The token of the service that asks for an exchange (`actor_token`, RFC 8693 §2.1).
        case actor
        /// The token that an exchange starts from (`subject_token`).
        case subject
    }

    public var kind: Kind
    /// False for a presented token that did not pass: its claims are whatever its author wrote.
    public var isVerified: Bool
    /// `jti`; of what has none (refresh tokens, codes), the fingerprint of `Credential`.
    public var tokenID: String
    public var issuer: String?
    public var subject: String?
    public var clientID: String?
    public var audience: String?
    public var scope: ScopeSet
    /// From the current actor to the first.
    public var actors: [String]
    public var sessionID: String?
    public var expiresAt: NumericDate?
    /// `kid` of the key that signed it.
    public var keyID: String?

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

    /// What a token that was refused says of itself; nil where nothing of it can be read.
    public init?(unverified kind: Kind, _ token: Credential) {
        guard let read = try? UnverifiedToken.decodeWithoutVerifying(token) else { return nil }
        let payload = read.payload
        var actors: [String] = []
        var level = payload["act"]?.object
        while let actor = level, actors.count < Bounds.actorDepthMax {
            actors.append(actor["sub"]?.string ?? "?")
            level = actor["act"]?.object
        }
        self.init(
            kind,
            isVerified: false,
            tokenID: payload["jti"]?.string ?? "",
            issuer: payload["iss"]?.string,
            subject: payload["sub"]?.string,
            clientID: payload["client_id"]?.string,
            audience: payload["aud"]?.string,
            scope: payload["scope"]?.string.flatMap { ScopeSet(reading: $0) } ?? [],
            actors: actors,
            sessionID: payload["sid"]?.string,
            expiresAt: payload["exp"]?.integer.map { NumericDate($0) },
            keyID: read.header["kid"]?.string
        )
    }
}
