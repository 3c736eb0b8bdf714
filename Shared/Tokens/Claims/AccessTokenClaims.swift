/// The claims of an access token (RFC 9068 §2.2), with the actor chain of an exchanged one (RFC 8693 §4.1) and the
/// certificate of a service token (RFC 8705 §3.1).
public struct AccessTokenClaims: TokenClaims, Equatable {
    /// An access token, exchanged and service tokens included.
    public static let kind = TokenKind.accessToken

    /// `iss`: the identity provider, or the exchange for its own.
    public let issuer: String
    /// The user's account id; of a service token, the client id.
    public let subject: String
    /// The one API this token is for.
    public let audience: String
    /// `client_id`: to whom it was issued (RFC 8693 §4.3).
    public let clientID: String
    /// `iat`.
    public let issuedAt: NumericDate
    /// `exp`.
    public let expiresAt: NumericDate
    /// `jti`.
    public let tokenID: String
    /// `scope`; empty where the claim is not there.
    public let scope: ScopeSet
    /// `auth_time`: when the user last proved who they are; nil where no user took part.
    public let authenticatedAt: NumericDate?
    /// `sid`: the sign-on session behind this token; carried through exchanges, so that what ends the session reaches
    /// them too.
    public let sessionID: String?
    /// `act`: who acts for the subject; nil for a token that was never exchanged.
    public let actor: Actor?
    /// `txn` (RFC 8417 §2.2): one request's way through the house.
    public let transactionID: String?
    /// `cnf.x5t#S256`: only who holds this certificate may use the token; nil for a bearer token.
    public let boundCertificate: CertificateThumbprint?

    /// Claims as an issuer writes them; what is nil, or an empty scope, is left out of the payload.
    public init(
        issuer: String,
        subject: String,
        audience: String,
        clientID: String,
        issuedAt: NumericDate,
        expiresAt: NumericDate,
        tokenID: String,
        scope: ScopeSet,
        authenticatedAt: NumericDate? = nil,
        sessionID: String? = nil,
        actor: Actor? = nil,
        transactionID: String? = nil,
        boundCertificate: CertificateThumbprint? = nil
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.clientID = clientID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
        self.scope = scope
        self.authenticatedAt = authenticatedAt
        self.sessionID = sessionID
        self.actor = actor
        self.transactionID = transactionID
        self.boundCertificate = boundCertificate
    }

    /// Reads the claims that RFC 9068 §2.2 requires, and ours where they stand.
    public init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        subject = try claims.string("sub")
        audience = try claims.audience()
        clientID = try claims.string("client_id")
        issuedAt = try claims.date("iat")
        expiresAt = try claims.date("exp")
        tokenID = try claims.string("jti")
        scope = try claims.scope()
        authenticatedAt = try claims.optionalDate("auth_time")
        sessionID = try claims.optionalString("sid")
        actor = try claims.actor()
        transactionID = try claims.optionalString("txn")
        boundCertificate = try claims.boundCertificate()
    }

    /// The claims in full, what is nil left out.
    public var payload: JSONObject {
        var payload: JSONObject = [
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(audience), "client_id": .string(clientID),
            "iat": .integer(issuedAt.secondsSinceEpoch), "exp": .integer(expiresAt.secondsSinceEpoch),
            "jti": .string(tokenID),
        ]
        if !scope.isEmpty { payload["scope"] = .string(scope.text) }
        payload["auth_time"] = authenticatedAt.map { .integer($0.secondsSinceEpoch) }
        payload["sid"] = sessionID.map { .string($0) }
        payload["act"] = actor?.json
        payload["txn"] = transactionID.map { .string($0) }
        payload["cnf"] = boundCertificate.map { .object(["x5t#S256": .string($0.text)]) }
        return payload
    }
}

/// The rules of a route, asked of claims that have been verified.
extension VerifiedToken where Claims == AccessTokenClaims {
    /// - Refuses: `scopeInsufficient` (403, RFC 6750 §3.1).
    public func requireScope(_ scope: String) throws(Refusal) {
        guard claims.scope.contains(scope) else { throw .scopeInsufficient }
    }

    /// Only an exchanged token whose current actor is `client`; the actors before it are history and decide nothing.
    ///
    /// - Refuses: `actorMissing` for a token that was never exchanged, `actorNotAllowed` for somebody else's.
    public func requireActor(_ client: String) throws(Refusal) {
        guard let actor = claims.actor else { throw .actorMissing }
        guard actor.subject == client else { throw .actorNotAllowed }
    }

    /// Only a token that was issued to the user's own client: no service stands between.
    ///
    /// - Refuses: `actorNotAllowed`.
    public func requireNoActor() throws(Refusal) {
        guard claims.actor == nil else { throw .actorNotAllowed }
    }
}
