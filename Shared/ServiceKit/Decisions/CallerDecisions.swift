import Audit
public import Hummingbird
public import Tokens
public import TokensHummingbird

/// Notes what a guard has found in the decision about the request, and holds its caller to the limits of the service.
public struct CallerDecisions: CallerPolicy {
    public init() {}

    public func admit(_ scope: String, _ request: Request, _ context: ServiceContext) throws {
        try context.decision.begin(.access)
        context.decision.note { $0.asked.scope = [scope] }
        try context.limits.admit(.api, context.endpointPath ?? "")
    }

    public func accept(
        _ token: VerifiedToken<AccessTokenClaims>,
        _ request: Request,
        _ context: ServiceContext
    ) throws {
        context.decision.note { record in
            record.subject = token.claims.subject
            record.clientID = token.claims.clientID
            record.presented = [AuditToken(.access, token.claims, keyID: token.keyID)]
        }
        try context.limits.count(token.claims)
    }

    public func refused(_ token: Credential?, _ error: any Error, _ request: Request, _ context: ServiceContext) {
        // Of a token that was good until it came too often, everything is known already.
        guard error as? Refusal != .rateLimited else { return }
        context.decision.note { record in
            record.presented = token.flatMap { AuditToken(unverified: .access, $0) }.map { [$0] } ?? []
        }
    }
}
