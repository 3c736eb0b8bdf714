import Audit
public import ServiceKit
import TokenClient
import Tokens
public import TokensHummingbird

/// What a route asks the identity provider before it opens, beyond what the token says.
///
/// A role in a token, or a scope that stands for one, is as old as the token. When an operator takes a role away, an event kills the
/// tokens that say otherwise, a few milliseconds later where all is well, and `revocations.staleSeconds` later at worst. A route
/// behind this has no such moment. A role that is given kills the tokens of before, too; the next one opens this, whatever it says.
/// The route pays with a round trip, and answers 503 while the provider is away.
public struct SourceOfTruth: Sendable {
    let provider: IntrospectionClient

    /// The handler, for those alone who have `role` at this moment.
    ///
    /// - Refuses: `tokenInactive`, `roleMissing`.
    /// - Throws: `DependencyUnavailable`: a route that would rather guess does not stand behind this.
    public func requiring<Answer>(
        role: String,
        _ handler: @escaping CallerGuard<ServiceContext>.Handler<Answer>
    ) -> CallerGuard<ServiceContext>.Handler<Answer> {
        { request, context, caller in
            context.decision.note { $0[.role] = role }
            guard try await provider.roles(ofUserOf: caller, trace: context.trace).contains(role) else {
                throw Refusal.roleMissing
            }
            return try await handler(request, context, caller)
        }
    }
}
