import Storage
import Tokens

/// What an account was signed in with, each of it by itself: networks, software, keys.
struct KnownContexts {
    private enum Kind: String { case source, agent, key }

    /// As many of each kind as people have; of more, the oldest are forgotten. Each kind for itself: an app that makes a key at every
    /// start shall not wash out where its user lives.
    private static let countMax: Int64 = 20

    private let known: [Kind: Set<String>]

    init(ofAccount id: String, after: Int64, _ connection: any SQLConnection) throws {
        var known: [Kind: Set<String>] = [:]
        for row in try connection.query(
            "SELECT kind, value FROM known_contexts WHERE account_id = $1 AND last_at > $2",
            [id, after]
        ) {
            guard let kind = Kind(rawValue: try row.text("kind")) else {
                throw StorageError.wrongType(column: "kind", expected: "a kind of context")
            }
            known[kind, default: []].insert(try row.text("value"))
        }
        self.known = known
    }

    /// What is new about a sign-in.
    func signals(of caller: CallerContext) -> Set<RiskSignal> {
        // Nothing to hold it against; or a key that this account has used before, hence its device, wherever it is.
        guard !known.isEmpty, caller.key.map({ !isKnown(.key, $0.text) }) ?? true else { return [] }
        var signals: Set<RiskSignal> = []
        if let source = caller.source, !isKnown(.source, source.text) { signals.insert(.newSourceAtSignIn) }
        if !isKnown(.agent, Self.agent(of: caller)) { signals.insert(.newAgentAtSignIn) }
        return signals
    }

    private func isKnown(_ kind: Kind, _ value: String) -> Bool { known[kind]?.contains(value) ?? false }

    /// Software that does not say its name is software too.
    private static func agent(of caller: CallerContext) -> String { caller.agent?.digest ?? "" }

    static func remember(
        _ caller: CallerContext,
        ofAccount id: String,
        at now: Int64,
        _ connection: any SQLConnection
    ) throws {
        let values = [(Kind.source, caller.source?.text), (.agent, agent(of: caller)), (.key, caller.key?.text)]
        for case (let kind, let value?) in values {
            try connection.run(
                """
                INSERT INTO known_contexts (account_id, kind, value, last_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (account_id, kind, value) DO UPDATE SET last_at = $4
                """,
                [id, kind.rawValue, value, now]
            )
            try connection.run(
                """
                DELETE FROM known_contexts WHERE account_id = $1 AND kind = $2 AND value NOT IN (
                    SELECT value FROM known_contexts WHERE account_id = $1 AND kind = $2
                    ORDER BY last_at DESC, value LIMIT $3)
                """,
                [id, kind.rawValue, Self.countMax]
            )
        }
    }
}
