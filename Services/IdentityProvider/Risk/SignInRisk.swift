import ServiceKit
import Storage
import Tokens

/// Whether it is the owner of an account who has just typed the right password.
///
/// Each account remembers from where, with what software and with which keys it was signed in to. A guess that is right at last
/// comes from somewhere else: that is high, and by default refused, in the words of a wrong password, so that whoever guesses does
/// not learn that this one was right. The owner at a known place is not touched by it: to fail on purpose in somebody else's name
/// keeps nobody out of where they have been before.
///
/// A medium risk is recorded and no more, whatever the policy says for refreshes: there is nothing stronger to ask for than the
/// password that was just proved.
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
        let (now, denies) = (clock.now().secondsSinceEpoch, policy.high == .deny)
        let risk = try await database.transaction { connection in
            let known = try KnownContexts(ofAccount: account.id, after: now - Self.memorySeconds, connection)
            let risk = Risk(known.signals(of: caller).union(areMany ? [.manyFailuresBefore] : []))
            if !denies || risk.level < .high {
                try KnownContexts.remember(caller, ofAccount: account.id, at: now, connection)
            }
            return risk
        }
        decision.note(risk)
        guard !denies || risk.level < .high else { throw Refusal.riskTooHigh }
    }
}

/// The contexts that an account was signed in to from.
private struct KnownContexts {
    /// As many as people have devices and places; of more, the oldest are forgotten.
    private static let countMax: Int64 = 20

    let sources: Set<String>
    let agents: Set<String>
    let keys: Set<String>

    init(ofAccount id: String, after: Int64, _ connection: any SQLConnection) throws {
        let rows = try connection.query(
            """
            SELECT source, agent, key_thumbprint FROM sign_in_contexts WHERE account_id = $1 AND last_at > $2
            ORDER BY last_at DESC LIMIT $3
            """,
            [id, after, Self.countMax]
        )
        sources = Set(try rows.map { try $0.text("source") })
        agents = Set(try rows.map { try $0.text("agent") })
        keys = Set(try rows.map { try $0.text("key_thumbprint") })
    }

    func signals(of caller: CallerContext) -> Set<RiskSignal> {
        // Nothing to hold it against; or a key that this account has used before, hence its device, wherever it is.
        guard !sources.isEmpty, caller.key.map({ !keys.contains($0.text) }) ?? true else { return [] }
        var signals: Set<RiskSignal> = []
        if let source = caller.source, !sources.contains(source.text) { signals.insert(.newSourceAtSignIn) }
        if !agents.contains(caller.agent?.digest ?? "") { signals.insert(.newAgentAtSignIn) }
        return signals
    }

    static func remember(
        _ caller: CallerContext,
        ofAccount id: String,
        at now: Int64,
        _ connection: any SQLConnection
    ) throws {
        try connection.run(
            """
            INSERT INTO sign_in_contexts (account_id, source, agent, key_thumbprint, agent_name, last_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (account_id, source, agent, key_thumbprint) DO UPDATE SET last_at = $6
            """,
            [
                id, caller.source?.text ?? "", caller.agent?.digest ?? "", caller.key?.text ?? "",
                caller.agent?.name ?? "", now,
            ]
        )
        try connection.run(
            """
            DELETE FROM sign_in_contexts WHERE account_id = $1 AND last_at < (
                SELECT MIN(last_at) FROM (
                    SELECT last_at FROM sign_in_contexts WHERE account_id = $1 ORDER BY last_at DESC LIMIT $2))
            """,
            [id, Self.countMax]
        )
    }
}
