import HTTPTypes
public import Hummingbird
public import Tokens

/// Who calls, and may they? Wraps a handler so that it runs only with a verified token that meets the route's rule.
///
/// The rule stands on the Routes page, next to the path. A handler behind the guard receives the `VerifiedToken`; one that was put
/// on the router without it has none, and cannot be written.
public struct CallerGuard: Sendable {
    /// Which tokens a route takes, by who stands between the user and it.
    public enum ActorRule: Sendable {
        /// The user's own client; exchanged tokens are refused.
        case nobody
        /// Exchanged tokens whose current actor is this service, and no others.
        case only(String)
    }

    public typealias Handler =
        @Sendable (Request, ServiceContext, VerifiedToken<AccessTokenClaims>) async throws -> Response

    private let validator: TokenValidator<AccessTokenClaims>
    private let peers: any PeerCertificateSource

    public init(validator: TokenValidator<AccessTokenClaims>, peers: any PeerCertificateSource) {
        self.validator = validator
        self.peers = peers
    }

    /// - Parameter subjectInPath: the path parameter that names a user: a token for Alice opens nothing of Bob's.
    /// - Refuses: `tokenMissing`; what `TokenValidator` refuses; `scopeInsufficient`, `actorMissing`, `actorNotAllowed`,
    ///   `subjectMismatch`.
    public func requiring(
        scope: String,
        actor: ActorRule = .nobody,
        subjectInPath parameter: String? = nil,
        _ handler: @escaping Handler
    ) -> @Sendable (Request, ServiceContext) async throws -> Response {
        let requirements = [actor.requirement, .scope(scope)]
        return { request, context in
            let token = try BearerToken.read(request)
            let sender = Sender(certificate: try await peers.certificate(of: context)?.thumbprint)
            let caller = try await validator.verify(token, from: sender, requiring: requirements)
            if let parameter { try caller.requireSubject(inPath: context.parameters.require(parameter)) }
            return try await handler(request, context, caller)
        }
    }
}

extension CallerGuard.ActorRule {
    fileprivate var requirement: Requirement<AccessTokenClaims> {
        switch self {
        case .nobody: .noActor
        case .only(let client): .actor(client)
        }
    }
}

extension VerifiedToken where Claims == AccessTokenClaims {
    /// Compared in encoded form, as it stands in the path: nothing is decoded before it is checked.
    fileprivate func requireSubject(inPath segment: String) throws(Refusal) {
        guard segment == FormParameters.percentEncode(claims.subject) else { throw .subjectMismatch }
    }
}

/// The token in the `Authorization` field (RFC 6750 §2.1), the only place where one is looked for.
public enum BearerToken {
    /// - Refuses: `tokenMissing` without the field or with another scheme, `parameterDuplicated` for two fields,
    ///   `tokenMalformed` for an empty token.
    public static func read(_ request: Request) throws(Refusal) -> Credential {
        let fields = request.headers[values: .authorization]
        guard let field = fields.first else { throw .tokenMissing }
        guard fields.count == 1 else { throw .parameterDuplicated }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].lowercased() == "bearer" else { throw .tokenMissing }
        guard parts.count == 2, !parts[1].isEmpty else { throw .tokenMalformed }
        return Credential(String(parts[1]))
    }
}
