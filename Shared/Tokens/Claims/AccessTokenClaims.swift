/// The claims of an access token (RFC 9068 §2.2), with the actor chain of an exchanged one (RFC 8693 §4.1) and what a
/// bound one is bound to (RFC 7800 §3.1).
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
    /// `sid`: the sign-on session behind this token; carried through exchanges, so that what ends the session
    /// can reach them too.
    public let sessionID: String?
    /// `act`: who acts for the subject; nil for a token that was never exchanged.
    public let actor: Actor?
    /// `txn` (RFC 8417 §2.2): one request's way through the house.
    public let transactionID: String?
    /// `acr`: how strong the sign-in was, in the provider's own words (RFC 9068 §2.2.1).
    public let authenticationContext: String?
    /// `amr`: by which methods, `pwd`, `otp` and their like (RFC 8176 §2); empty where the claim is not there.
    public let authenticationMethods: [String]
    /// `cnf`: only who holds this certificate or key may use the token; nil for a bearer token.
    public let confirmation: ConfirmationMethod?
    /// `source_tokens`: what this token was exchanged from, the first first; empty for a token that was not.
    public let sources: [TokenSource]

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
        authenticationContext: String? = nil,
        authenticationMethods: [String] = [],
        confirmation: ConfirmationMethod? = nil,
        sources: [TokenSource] = []
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
        self.authenticationContext = authenticationContext
        self.authenticationMethods = authenticationMethods
        self.confirmation = confirmation
        self.sources = sources
    }

    /// Reads the claims that RFC 9068 §2.2 requires, and ours where they stand.
    ///
    /// - Refuses: `actorChainTooLong`, `claimMalformed`, `claimMissing`, `confirmationUnsupported`.
    public init(reading claims: ClaimReader) throws(Refusal) {
        issuer = try claims.string("iss")
        subject = try claims.string("sub")
        audience = try claims.audience()
        clientID = try claims.string("client_id")
        issuedAt = try claims.date("iat")
        expiresAt = try claims.date("exp")
        tokenID = try claims.tokenID()
        scope = try claims.scope()
        authenticatedAt = try claims.optionalDate("auth_time")
        sessionID = try claims.optionalString("sid")
        actor = try claims.actor()
        transactionID = try claims.optionalString("txn")
        authenticationContext = try claims.optionalString("acr")
        authenticationMethods = try claims.strings("amr")
        confirmation = try claims.confirmation()
        sources = try claims.tokenSources()
    }

    /// The claims in full, what is nil left out.
    public var payload: JSONObject {
        var payload = JSONObject()
        payload.append("iss", issuer)
        payload.append("sub", subject)
        payload.append("aud", audience)
        payload.append("client_id", clientID)
        payload.append("iat", issuedAt)
        payload.append("exp", expiresAt)
        payload.append("jti", tokenID)
        if !scope.isEmpty { payload.append("scope", scope.text) }
        payload.append("auth_time", authenticatedAt)
        payload.append("sid", sessionID)
        if let actor { payload.append("act", actor.json) }
        payload.append("txn", transactionID)
        payload.append("acr", authenticationContext)
        if !authenticationMethods.isEmpty {
            payload.append("amr", .array(authenticationMethods.map { .string($0) }))
        }
        if let confirmation { payload.append("cnf", confirmation.json) }
        if !sources.isEmpty { payload.append("source_tokens", .array(sources.map(\.json))) }
        return payload
    }

    /// How the token is presented: with a proof, where it is bound to a key.
    public var tokenType: AccessTokenType {
        if case .key = confirmation { .dpop } else { .bearer }
    }

    /// `exp`.
    public var expiry: NumericDate? { expiresAt }

    /// Everything that an access token can be revoked by; of an exchanged one also everything that its sources can. Session
    /// and subject are the same all along the chain, and each source's issuer may end them.
    public func revocable(keyID: String) -> RevocableToken {
        RevocableToken(
            issuer: issuer,
            tokenID: tokenID,
            sessionID: sessionID,
            subject: subject,
            clientID: clientID,
            keyID: keyID,
            issuedAt: issuedAt,
            sources: sources.map { source in
                RevocableToken(
                    issuer: source.issuer,
                    tokenID: source.tokenID,
                    sessionID: sessionID,
                    subject: subject,
                    clientID: source.clientID,
                    keyID: source.keyID,
                    issuedAt: source.issuedAt
                )
            }
        )
    }
}
