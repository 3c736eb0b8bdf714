import ServiceKit
import Storage
import Tokens

/// Whether it is the owner of an account who has just typed the right password.
///
/// Each account remembers from where and with what software it was signed in to, and with which keys, where a client has shown one
/// (our own apps do; the login page of a browser has none to show). A guess that is right at last comes from somewhere else: that is
/// high, and by default refused, in the words of a wrong password, so that whoever guesses does not learn that this one was
/// right. The owner at a known place, or with a known key, is not touched by it: to fail on purpose in somebody else's name keeps
/// nobody out of where they have been before.
///
/// A policy that says step-up is met by the sign-in itself: there is nothing stronger to ask for than the password that was just
/// proved. The record has the signals, whatever comes of them.
struct SignInRisk: Sendable {
    let database: any Database
    let clock: any WallClock
    let policy: RiskPolicy
    /// Wrong passwords of late, for each name, from all networks together. In memory, and for names that nobody has too: a write for
    /// known names only would tell, by the time it takes, which ones are known.
    let failures: SlidingWindow

    /// Half a year without a sign-in, and a place is as new as any.
    static let memorySeconds: Int64 = 180 * 86_400
    /// Wrong passwords in a quarter of an hour that are many: more than anybody mistypes.
    static let failuresMany = LimitRule("sign-in-account-failures", quota: 10, windowSeconds: 900)

    /// Judges a sign-in whose password was right; remembers its context where it is let in.
    ///
    /// - Refuses: `riskTooHigh`.
    func require(_ account: Account, from caller: CallerContext, _ decision: Decision) async throws {
        let areMany = !failures.standing(of: LimitKey(account.username)).isWithin
        let now = clock.now().secondsSinceEpoch
        let (risk, isDenied) = try await database.transaction { [policy] connection in
            let known = try KnownContexts(ofAccount: account.id, after: now - Self.memorySeconds, connection)
            let risk = Risk(known.signals(of: caller).union(areMany ? [.manyFailuresBefore] : []))
            let isDenied = policy.response(to: risk.level) == .deny
            if !isDenied { try KnownContexts.remember(caller, ofAccount: account.id, at: now, connection) }
            return (risk, isDenied)
        }
        decision.note(risk)
        guard !isDenied else { throw Refusal.riskTooHigh }
    }
}
