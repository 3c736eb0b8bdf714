import Audit
public import Hummingbird
public import Tokens
public import TokensHummingbird

/// Notes what a guard has found in the decision about the request.
public struct CallerDecisions: CallerObserver {
    public init() {}

    public func judging(_ scope: String, _ request: Request, _ context: ServiceContext) throws {
        try context.decision.begin(.access)
        context.decision.note { $0.asked.scope = [scope] }
    }

    public func accepted(
        _ token: VerifiedToken<AccessTokenClaims>,
        _ request: Request,
        _ context: ServiceContext
    ) throws {
        context.decision.note { record in
            record.subject = token.claims.subject
            record.clientID = token.claims.clientID
            record.presented = [AuditToken(.access, token.claims, keyID: token.keyID)]
        }
    }

    public func refused(_ token: Credential?, _ refusal: Refusal, _ request: Request, _ context: ServiceContext) {
        context.decision.note { record in
            record.presented = token.flatMap { AuditToken(unverified: .access, $0) }.map { [$0] } ?? []
        }
    }
}
