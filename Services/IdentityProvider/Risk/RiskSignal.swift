/// What is unusual about a request, as far as it can be seen from here.
///
/// None of them proves anything: people travel, change networks and update what they use. A table of a few rules says which of
/// them together are no longer what one person with one device does. There is no geography in it: nobody here knows where a
/// network is, so that "impossible travel" means two networks within minutes, not kilometres.
enum RiskSignal: String, Sendable, CaseIterable {
    // Between two refreshes of one family.
    /// Other software than at the last refresh. By itself an update of the browser.
    case agentChanged
    /// Both at once, within `ContextTrail.changeSeconds`: who changes networks keeps the device, who updates the browser sits still.
    case agentAndSourceChangedAtOnce
    /// Somebody was told to have the user sign in, and came again with the same family instead. To wait is no sign-in.
    case signInOwed
    /// Another network than at the last refresh. By itself a phone that leaves the house, or a VPN that is switched on.
    case sourceChanged
    /// Two networks by turns, within `ContextTrail.turnsSeconds`: two devices hold one family. There and back, with one and the same
    /// software, is a phone at the edge of its wifi, and counts from the second time only.
    case sourcesAlternate

    // At a sign-in, against the earlier ones of the account. The first one of all has nothing to be held against.
    /// Many wrong passwords for this account just before, from wherever: somebody guesses, and this one is right.
    case manyFailuresBefore
    /// Software that this account never signed in with.
    case newAgentAtSignIn
    /// A network that this account never signed in from.
    case newSourceAtSignIn
}

/// How likely it is that somebody else is there.
enum RiskLevel: String, Sendable, CaseIterable, Comparable {
    case low, medium, high

    static func < (first: RiskLevel, second: RiskLevel) -> Bool {
        (allCases.firstIndex(of: first) ?? 0) < (allCases.firstIndex(of: second) ?? 0)
    }
}

/// What was seen about one request, and what it comes to.
struct Risk: Sendable, Equatable {
    let signals: Set<RiskSignal>
    let level: RiskLevel

    /// What is not in the table is low: one unusual thing happens to everybody.
    private static let table: [(signals: Set<RiskSignal>, level: RiskLevel)] = [
        ([.agentAndSourceChangedAtOnce], .medium),
        ([.sourcesAlternate], .medium),
        // Whoever was turned away writes what the owner's software writes next time, or waits.
        ([.signInOwed, .sourceChanged], .medium),
        // Two networks by turns, each with its own software.
        ([.sourcesAlternate, .agentChanged], .high),
        // A new device; or a password out of somebody else's leak.
        ([.newAgentAtSignIn, .newSourceAtSignIn], .medium),
        // A guess that is right at last, whatever software it says to be: who guesses writes what the owner's writes.
        ([.manyFailuresBefore, .newSourceAtSignIn], .high),
    ]

    init(_ signals: Set<RiskSignal>) {
        self.signals = signals
        level = Self.table.filter { $0.signals.isSubset(of: signals) }.map(\.level).max() ?? .low
    }
}
