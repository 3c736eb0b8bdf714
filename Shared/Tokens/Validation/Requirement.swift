/// A rule of one route, asked of a token that is good: what it must allow, who must bring it, how strong the sign-in
/// must have been.
///
/// It is given to `TokenValidator.verify` and not asked afterwards: a handler cannot forget it, and an explanation shows
/// it among the other checks.
public struct Requirement<Claims: TokenClaims>: Sendable {
    let check: Check
    let isMet: @Sendable (_ claims: Claims, _ now: NumericDate) throws(Refusal) -> Void

    init(_ check: Check, _ isMet: @escaping @Sendable (Claims, NumericDate) throws(Refusal) -> Void) {
        self.check = check
        self.isMet = isMet
    }
}

extension Requirement where Claims == AccessTokenClaims {
    /// - Refuses: `scopeInsufficient` (403, RFC 6750 §3.1).
    public static func scope(_ scope: String) -> Requirement {
        Requirement(.scope) { claims, _ throws(Refusal) in
            guard claims.scope.contains(scope) else { throw .scopeInsufficient }
        }
    }

    /// Only an exchanged token whose current actor is `client`; the actors before it are history and decide nothing
    /// (RFC 8693 §4.1).
    ///
    /// - Refuses: `actorMissing` for a token that was never exchanged, `actorNotAllowed` for somebody else's.
    public static func actor(_ client: String) -> Requirement {
        Requirement(.actor) { claims, _ throws(Refusal) in
            guard let actor = claims.actor else { throw .actorMissing }
            guard actor.subject.isExactly(client) else { throw .actorNotAllowed }
        }
    }

    /// Only a token that was issued to the user's own client: no service stands between.
    ///
    /// - Refuses: `actorNotAllowed`.
    public static var noActor: Requirement {
        Requirement(.actor) { claims, _ throws(Refusal) in
            guard claims.actor == nil else { throw .actorNotAllowed }
        }
    }

    /// Only a token of this subject.
    ///
    /// - Refuses: `subjectMismatch`.
    public static func subject(_ subject: String) -> Requirement {
        Requirement(.subject) { claims, _ throws(Refusal) in
            guard claims.subject.isExactly(subject) else { throw .subjectMismatch }
        }
    }

    /// Only after a sign-in of this strength (RFC 9470 §3): the client is told to have the user sign in again.
    ///
    /// - Parameters:
    ///   - contexts: the `acr` values that will do; empty where any will.
    ///   - ageSecondsMax: seconds since the user last proved who they are; nil where that does not matter.
    /// - Refuses: `authenticationTooWeak`, `authenticationTooOld`; a token without the claim asked for fails as well.
    public static func authentication(contexts: [String] = [], ageSecondsMax: Int64? = nil) -> Requirement {
        Requirement(.authentication) { claims, now throws(Refusal) in
            guard contexts.isEmpty || claims.authenticationContext.map(contexts.contains) == true else {
                throw .authenticationTooWeak
            }
            guard let ageSecondsMax else { return }
            guard let authenticatedAt = claims.authenticatedAt,
                now <= authenticatedAt + ageSecondsMax + Bounds.clockSkewSeconds
            else { throw .authenticationTooOld }
        }
    }
}
