import Tokens

/// What a user has allowed a client: the meaning behind an authorization code, and behind the refresh family that comes of it.
struct AuthorizationGrant: Sendable {
    let clientID: String
    let accountID: String
    /// The `sid` of the sign-on session.
    let sessionID: String
    let scope: ScopeSet
    /// The audiences that tokens may be asked for, default first.
    let resources: [String]
    let authenticatedAt: NumericDate
}
