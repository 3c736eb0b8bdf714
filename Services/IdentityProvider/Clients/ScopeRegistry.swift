import Tokens

/// One thing that a token may allow.
struct Scope: Sendable, Equatable {
    let name: String
    /// For the consent page: what the user is asked to allow.
    let description: String
    /// Only for accounts that have this role; nil for everybody.
    let requiredRole: String?
}

/// One audience for which this provider issues tokens: an API, or the provider itself (userinfo).
struct Resource: Sendable, Equatable {
    /// Its `aud`, and its name in `resource` (RFC 8707 §2).
    let identifier: String
    let scopes: [Scope]
}

/// Every audience and every scope there is. A scope belongs to exactly one audience.
struct ScopeRegistry: Sendable {
    /// This provider, as an audience.
    let issuer: String
    /// The provider itself first, then the APIs.
    let resources: [Resource]

    init(issuer: String, apis: [Resource]) {
        self.issuer = issuer
        resources = [Resource(identifier: issuer, scopes: Self.ownScopes)] + apis
    }

    /// What the protocol itself defines (OpenID Connect Core §5.4, §11), and what services hear revocations with.
    private static let ownScopes = [
        Scope(name: "openid", description: "Know who you are", requiredRole: nil),
        Scope(name: "profile", description: "See your name", requiredRole: nil),
        Scope(name: "email", description: "See your e-mail address", requiredRole: nil),
        Scope(name: "offline_access", description: "Stay signed in when you are away", requiredRole: nil),
        Scope(name: "events:receive", description: "Hear what has been revoked", requiredRole: nil),
    ]

    subscript(identifier: String) -> Resource? { resources.first { $0.identifier == identifier } }

    func scope(named name: String) -> Scope? {
        resources.lazy.flatMap(\.scopes).first { $0.name == name }
    }

    /// What of `scope` a token for one audience may carry: the scopes that belong to it and whose role the account has.
    func allowed(_ scope: ScopeSet, at resource: String, roles: Set<String>) -> ScopeSet {
        let scopes = self[resource]?.scopes ?? []
        return ScopeSet(
            scopes.filter { scope.contains($0.name) && ($0.requiredRole.map(roles.contains) ?? true) }.map(\.name)
        )
    }
}
