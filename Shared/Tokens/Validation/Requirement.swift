/// A rule of one route, asked of a token that is good: what it must allow, who must bring it, how strong the sign-in
/// must have been.
///
/// It is given to `TokenValidator.verify` and not asked afterwards: a handler cannot forget it, and an explanation shows
/// it among the other checks.
public struct Requirement<Claims: TokenClaims>: Sendable {
    let kind: Check
    private let rule: @Sendable (_ token: ReadClaims<Claims>, _ now: NumericDate) throws(Refusal) -> Void

    init(
        _ kind: Check,
        _ rule: @escaping @Sendable (_ token: ReadClaims<Claims>, _ now: NumericDate) throws(Refusal) -> Void
    ) {
        self.kind = kind
        self.rule = rule
    }

    func check(_ token: ReadClaims<Claims>, at now: NumericDate) throws(Refusal) { try rule(token, now) }
}

extension Requirement where Claims == AccessTokenClaims {
    /// Only a token with this scope, compared as a whole.
    ///
    /// - Refuses: `scopeInsufficient` (403, RFC 6750 §3.1).
    public static func scope(_ scope: String) -> Requirement {
        Requirement(.scope) { token, _ throws(Refusal) in
            guard token.claims.scope.contains(scope) else { throw .scopeInsufficient }
        }
    }

    /// Only an exchanged token whose current actor is `client`; the actors before it are history and decide nothing
    /// (RFC 8693 §4.1).
    ///
    /// - Refuses: `actorMissing` for a token that was never exchanged, `actorNotAllowed` for somebody else's.
    public static func actor(_ client: String) -> Requirement {
        Requirement(.actor) { token, _ throws(Refusal) in
            guard let actor = token.claims.actor else { throw .actorMissing }
            guard actor.subject.isExactly(client) else { throw .actorNotAllowed }
        }
    }

    /// Only a token that was issued to the user's own client: no service stands between.
    ///
    /// - Refuses: `actorNotAllowed`.
    public static var noActor: Requirement {
        Requirement(.actor) { token, _ throws(Refusal) in
            guard token.claims.actor == nil else { throw .actorNotAllowed }
        }
    }

    /// Only a token of the subject that a path names: a token for Alice opens nothing of Bob's.
    ///
    /// - Parameter segment: as it stands in the path, percent-encoded: nothing is decoded before it is checked.
    /// - Refuses: `subjectMismatch`.
    public static func subject(inPath segment: String) -> Requirement {
        Requirement(.subject) { token, _ throws(Refusal) in
            guard segment.isExactly(FormParameters.percentEncode(token.claims.subject)) else { throw .subjectMismatch }
        }
    }

    /// Only after a sign-in of this strength (RFC 9470 §3): the client is told to have the user sign in again.
    ///
    /// - Parameters:
    ///   - contexts: the `acr` values that will do; empty where any will.
    ///   - ageSecondsMax: seconds since the user last proved who they are; nil where that does not matter.
    /// - Refuses: `authenticationTooWeak`, `authenticationTooOld`; a token without the claim asked for fails as well.
    public static func authentication(contexts: [String] = [], ageSecondsMax: Int64? = nil) -> Requirement {
        Requirement(.authentication) { token, now throws(Refusal) in
            guard
                contexts.isEmpty
                    || contexts.contains(where: { token.claims.authenticationContext?.isExactly($0) == true })
            else {
                throw .authenticationTooWeak
            }
            guard let ageSecondsMax else { return }
            guard let authenticatedAt = token.claims.authenticatedAt,
                now <= authenticatedAt + ageSecondsMax + Bounds.clockSkewSeconds
            else { throw .authenticationTooOld }
        }
    }
}
