public import Tokens

/// An access token that is still being written: every field has a good value until a test changes it.
public struct AccessTokenDraft: Sendable {
    public var issuer: String
    public var subject = "user-alice"
    public var audience = House.orders
    public var clientID = "gatehouse-demo"
    public var issuedAt = House.epoch
    /// `exp` - `iat`.
    public var lifetimeSeconds: Int64 = 600
    public var tokenID = "token-1"
    public var scope: ScopeSet = ["orders:read", "orders:write"]
    public var authenticatedAt: NumericDate?
    public var sessionID: String?
    public var actor: Actor?
    public var transactionID: String?
    public var authenticationContext: String?
    public var authenticationMethods: [String] = []
    public var confirmation: ConfirmationMethod?
    public var sources: [TokenSource] = []

    public init(issuer: String) { self.issuer = issuer }

    public var claims: AccessTokenClaims {
        AccessTokenClaims(
            issuer: issuer,
            subject: subject,
            audience: audience,
            clientID: clientID,
            issuedAt: issuedAt,
            expiresAt: issuedAt + lifetimeSeconds,
            tokenID: tokenID,
            scope: scope,
            authenticatedAt: authenticatedAt,
            sessionID: sessionID,
            actor: actor,
            transactionID: transactionID,
            authenticationContext: authenticationContext,
            authenticationMethods: authenticationMethods,
            confirmation: confirmation,
            sources: sources
        )
    }
}
