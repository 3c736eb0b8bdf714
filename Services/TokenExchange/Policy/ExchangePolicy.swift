import Tokens

/// Which service may go where on a user's behalf, and what a user's scopes imply there. Default deny: what no rule says is refused.
///
/// Pure: a subject, a wish and the time in; a decision out. `compose/exchange-policy.yaml` is its text.
struct ExchangePolicy: Sendable, Equatable {
    /// Longest life of a token for one hop: a request takes seconds, and nothing calls such a token back.
    static let lifetimeSecondsMax: Int64 = 60

    /// The audience of each service that may act, by client id: only tokens for that audience may it bring.
    let actors: [String: String]
    let rules: [ExchangeRule]

    /// Decides one hop. Whatever it gives is narrower than `subject`, in every direction.
    ///
    /// - Takes: a subject token that has been verified for the audience of `actor`.
    /// - Refuses: `audienceNotAllowed`, `scopeWidened`, `scopeNotAllowed`, `lifetimeTooShort`, `actorChainTooLong`.
    /// - Source: RFC 8693 §2.1 (scope, audience), §2.2.2 (`invalid_target`), §4.1 (the actor chain).
    func hop(
        by actor: String,
        to audience: String,
        asking requested: ScopeSet?,
        for subject: AccessTokenClaims,
        at now: NumericDate
    ) throws(Refusal) -> Hop {
        guard let rule = rules.first(where: { $0.actor == actor && $0.audience == audience }) else {
            throw .audienceNotAllowed
        }
        let derivable = rule.scope(derivedFrom: subject.scope)
        let granted = requested ?? derivable
        // More than can be derived is refused, not silently cut: a caller that believes it may write should learn now that it may not.
        guard granted.isSubset(of: derivable) else { throw .scopeWidened }
        guard !granted.isEmpty else { throw .scopeNotAllowed }
        // What is left of the user's token by the clock alone; the skew that verifiers grant must not add up over a chain.
        let lifetime = min(rule.lifetimeSecondsMax, Self.lifetimeSecondsMax, subject.expiresAt.seconds(since: now))
        guard lifetime >= 1 else { throw .lifetimeTooShort }
        let chain = Actor(actor, actingAfter: subject.actor)
        guard chain.chain.count <= Bounds.actorDepthMax else { throw .actorChainTooLong }
        return Hop(audience: rule.audience, scope: granted, lifetimeSeconds: lifetime, actor: chain)
    }
}

/// One way from one service to another.
struct ExchangeRule: Sendable, Equatable {
    /// The client id of the service that goes.
    let actor: String
    /// Where to.
    let audience: String
    let lifetimeSecondsMax: Int64
    /// By a scope that the user's token has at the actor: what follows from it at the other end.
    let derive: [String: ScopeSet]

    func scope(derivedFrom scope: ScopeSet) -> ScopeSet {
        scope.values.reduce(into: []) { derived, value in
            if let implied = derive[value] { derived = derived.union(implied) }
        }
    }
}

/// What the token for one hop may say.
struct Hop: Sendable, Equatable {
    let audience: String
    let scope: ScopeSet
    let lifetimeSeconds: Int64
    /// The actor, around those who acted before.
    let actor: Actor
}
