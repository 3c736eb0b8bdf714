public import Hummingbird
public import Tokens

/// Who calls, and may they? Wraps a handler so that it runs only with a verified token that meets the route's rule.
///
/// The rule stands where the route is, next to the path. A handler behind the guard receives the `VerifiedToken`; one
/// that was put on the router without it has none, and cannot be written.
public struct CallerGuard<Context: RequestContext>: Sendable {
    /// A handler that knows its caller.
    public typealias Handler<Answer> =
        @Sendable (Request, Context, VerifiedToken<AccessTokenClaims>) async throws -> Answer

    private let validator: TokenValidator<AccessTokenClaims>
    private let address: String?
    private let policy: any CallerPolicy<Context>
    private let certificate: @Sendable (Context) async throws -> CertificateThumbprint?

    /// What is left out makes a guard stricter: a token that is bound to what it cannot see is refused.
    ///
    /// - Parameters:
    ///   - validator: with `proofs`, or tokens that are bound to a key are refused.
    ///   - address: the https URL under which clients reach this service, without a slash at the end; their DPoP proofs
    ///     must be for it. A setting, never the `Host` of a request: a proof made for somebody else could then be played
    ///     here (RFC 9449 §4.3). Nil for a service that takes bearer tokens only.
    ///   - policy: what callers are held to besides; by default nothing.
    ///   - certificate: what the peer of this connection has shown in TLS (RFC 8705 §3); nil where it has shown none.
    public init(
        validator: TokenValidator<AccessTokenClaims>,
        address: String? = nil,
        policy: any CallerPolicy<Context> = TokensAlone<Context>(),
        certificate: @escaping @Sendable (Context) async throws -> CertificateThumbprint? = { _ in nil }
    ) {
        self.validator = validator
        self.address = address
        self.policy = policy
        self.certificate = certificate
    }

    /// The handler, behind the rule of its route.
    ///
    /// - Parameters:
    ///   - scope: the one that the token must have.
    ///   - actor: who may stand between the user and this route; an exchanged token is refused where nobody is named.
    ///   - parameter: the path parameter that names a user: a token for Alice opens nothing of Bob's.
    ///   - authentication: how the user must have signed in; nil where any sign-in will do.
    ///   - staleness: what the route does while nothing is heard of revocations: it answers 503, or goes on for a while.
    ///   - handler: runs only with a token that meets all of this, and is given it.
    /// - Refuses: as `CallerRefused`: what `PresentedToken` and `TokenValidator` refuse; `scopeInsufficient`,
    ///   `actorMissing`, `actorNotAllowed`, `subjectMismatch`, `authenticationTooOld`, `authenticationTooWeak`.
    public func requiring<Answer>(
        scope: String,
        actor: ActorRule = .nobody,
        subjectInPath parameter: String? = nil,
        authentication: AuthenticationRule? = nil,
        staleness: StalenessRule = .failClosed,
        _ handler: @escaping Handler<Answer>
    ) -> @Sendable (Request, Context) async throws -> Answer {
        let requirements = [actor.requirement, .scope(scope)] + (authentication.map { [$0.requirement] } ?? [])
        return { request, context in
            let caller: VerifiedToken<AccessTokenClaims>
            do {
                try policy.admit(scope, request, context)
                let subject = try parameter.map { Requirement.subject(inPath: try context.parameters.require($0)) }
                caller = try await verify(
                    request,
                    context,
                    requiring: requirements + (subject.map { [$0] } ?? []),
                    staleness: staleness
                )
            } catch let refusal as Refusal {
                throw CallerRefused(
                    refusal,
                    proofAlgorithms: validator.proofAlgorithms,
                    authentication: authentication
                )
            }
            return try await handler(request, context, caller)
        }
    }

    /// Who calls, for a route of which more is to be said than `requiring` says, and which says it itself.
    ///
    /// - Refuses: what `PresentedToken` and `TokenValidator` refuse, and what the policy does.
    public func verify(
        _ request: Request,
        _ context: Context,
        requiring requirements: [Requirement<AccessTokenClaims>],
        staleness: StalenessRule
    ) async throws -> VerifiedToken<AccessTokenClaims> {
        var presented: Credential?
        do {
            let token = try PresentedToken(reading: request, address: address)
            presented = token.credential
            let sender = Sender(certificate: try await certificate(context), proof: token.proof)
            let caller = try await validator.verify(
                token.credential,
                from: sender,
                requiring: requirements,
                staleness: staleness
            )
            try policy.accept(caller, request, context)
            return caller
        } catch {
            policy.refused(presented, error, request, context)
            throw error
        }
    }
}

/// Which tokens a route takes, by who stands between the user and it.
public enum ActorRule: Sendable {
    /// The user's own client; exchanged tokens are refused.
    case nobody
    /// Exchanged tokens whose current actor is this service, and no others.
    case only(String)

    fileprivate var requirement: Requirement<AccessTokenClaims> {
        switch self {
        case .nobody: .noActor
        case .only(let client): .actor(client)
        }
    }
}

/// How the user must have signed in for what a route does (RFC 9470 §3): a client whose token does not do is told to have
/// them sign in again.
public struct AuthenticationRule: Sendable {
    /// The `acr` values that will do; empty where any will.
    let contexts: [String]
    /// `max_age`
    public let ageSecondsMax: Int64?

    /// How strong a sign-in, and how recent.
    ///
    /// - Parameters:
    ///   - contexts: the `acr` values that will do, in the provider's own words; empty where any will.
    ///   - ageSecondsMax: seconds since the user last proved who they are; nil where that does not matter.
    public init(contexts: [String] = [], ageSecondsMax: Int64? = nil) {
        self.contexts = contexts
        self.ageSecondsMax = ageSecondsMax
    }

    fileprivate var requirement: Requirement<AccessTokenClaims> {
        .authentication(contexts: contexts, ageSecondsMax: ageSecondsMax)
    }
}
