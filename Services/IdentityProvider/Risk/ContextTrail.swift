import Storage
import Tokens

/// The contexts in which one refresh family was used lately, each with its times; the newest last. No keys: a family that began with
/// one is bound to it, and whoever comes with another is refused whatever else is so (`RefreshFamily.requireKey`).
///
/// It travels with the refresh token: each successor is written with the trail of its predecessor and one step more, in the
/// statement that writes it anyway. So it costs no read and no write of its own.
struct ContextTrail: Sendable, Equatable {
    /// Seconds within which one person does not change both network and software. Access tokens live ten minutes, and what is in
    /// use refreshes about as often; a laptop that was closed, carried and updated overnight is none of it.
    static let changeSeconds: Int64 = 900
    /// Seconds within which two networks by turns are two holders.
    static let turnsSeconds: Int64 = 600
    /// As many as it takes to see two turns.
    private static let stepsMax = 3

    /// One network and one software, from its first use to its last.
    struct Step: Sendable, Equatable {
        let source: SourceNetwork?
        /// `ClientAgent.digest`
        let agent: String?
        let since: NumericDate
        let until: NumericDate
    }

    private let steps: [Step]

    init(_ steps: [Step] = []) { self.steps = Array(steps.suffix(Self.stepsMax)) }

    /// The same trail, after a request that was answered.
    func followed(by caller: CallerContext, at now: NumericDate) -> ContextTrail {
        guard let last = steps.last, ends(with: caller) else {
            let source = caller.source ?? steps.last?.source
            return ContextTrail(steps + [Step(source: source, agent: caller.agent?.digest, since: now, until: now)])
        }
        let step = Step(source: last.source, agent: last.agent, since: last.since, until: max(last.until, now))
        return ContextTrail(steps.dropLast() + [step])
    }

    /// Whether a request comes from where the last one came from. A network that cannot be seen is not another one.
    func ends(with caller: CallerContext) -> Bool {
        guard let last = steps.last, last.agent == caller.agent?.digest else { return false }
        return caller.source == nil || caller.source == last.source
    }

    /// What is unusual about a request that follows.
    func signals(of caller: CallerContext, at now: NumericDate) -> Set<RiskSignal> {
        guard let last = steps.last else { return [] }
        var signals: Set<RiskSignal> = []
        if last.agent != caller.agent?.digest { signals.insert(.agentChanged) }
        guard let source = caller.source, let lastSource = last.source, source != lastSource else { return signals }
        signals.insert(.sourceChanged)
        if signals.contains(.agentChanged), now.seconds(since: last.until) <= Self.changeSeconds {
            signals.insert(.agentAndSourceChangedAtOnce)
        }
        if let turn = firstTurn(back: source, signals), now.seconds(since: turn) <= Self.turnsSeconds {
            signals.insert(.sourcesAlternate)
        }
        return signals
    }

    /// When the turns began that `source` would be the next of; nil where there are none.
    private func firstTurn(back source: SourceNetwork, _ signals: Set<RiskSignal>) -> NumericDate? {
        guard let last = steps.last, let before = steps.dropLast().last, before.source == source else { return nil }
        // Two networks, each with its own software: one turn is enough.
        if signals.contains(.agentChanged) { return last.since }
        guard let first = steps.dropLast(2).last, first.source == last.source else { return nil }
        return before.since
    }
}

/// As it is stored: one line for each step, `since until source agent`, a dash for what is not known.
extension ContextTrail {
    var text: String {
        steps.map { step in
            "\(step.since.secondsSinceEpoch) \(step.until.secondsSinceEpoch) \(step.source?.text ?? "-") \(step.agent ?? "-")"
        }.joined(separator: "\n")
    }

    /// - Gives: an empty trail for NULL: a family of before there were trails, or one that is not watched.
    /// - Throws: for any other text. Taken for nothing, it would make a stranger of nobody.
    init(reading row: SQLRow) throws {
        let lines = try row.optionalText("context_trail")?.split(separator: "\n") ?? []
        self.init(
            try lines.map { line in
                let words = line.split(separator: " ").map(String.init)
                guard words.count == 4, let since = Int64(words[0]), let until = Int64(words[1]) else {
                    throw StorageError.wrongType(column: "context_trail", expected: "a trail of contexts")
                }
                return Step(
                    source: words[2] == "-" ? nil : SourceNetwork(text: words[2]),
                    agent: words[3] == "-" ? nil : words[3],
                    since: NumericDate(since),
                    until: NumericDate(until)
                )
            }
        )
    }
}
