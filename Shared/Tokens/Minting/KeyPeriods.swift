/// How long a key is announced, signs, and is kept: three lengths are set, the two that safety hangs on follow from them.
///
/// A key must be on the page before it signs, for longer than any verifier may go on with an older page; and it must stay there
/// until the last token that it signed has run out. Typed in twice these would one day disagree, so they are derived.
public struct KeyPeriods: Sendable, Equatable {
    /// Seconds for which a verifier may keep the key set without asking again (`max-age` of the page).
    public let keySetCacheSeconds: Int64
    /// Lifetime of the longest-lived token that this ring signs.
    public let longestTokenLifetimeSeconds: Int64
    /// Seconds for which a key signs before its successor takes over.
    public let activeSeconds: Int64

    /// Seconds between a key's first being published and its signing: one cache for whoever fetched just before, one for whoever
    /// found us away when theirs ran out, and the skew of the clocks.
    ///
    /// Where several replicas answer for one issuer, a key made by one is on the pages of the others `lookSeconds` later, and the
    /// clock of the one that is first to sign with it may be ahead:
    ///
    ///     lookSeconds + keySetCacheSeconds + Bounds.clockSkewSeconds <= announceSeconds
    ///
    /// What is left of the second cache is for replicas that could not look, and for verifiers that could not fetch.
    public var announceSeconds: Int64 { 2 * keySetCacheSeconds + Bounds.clockSkewSeconds }

    /// Seconds for which a key stays published after it has stopped signing: its last token's lifetime, the tolerance that
    /// verifiers grant beyond it, the skew between their clock and ours, and one cache to spare.
    public var retireSeconds: Int64 {
        longestTokenLifetimeSeconds + keySetCacheSeconds + 2 * Bounds.clockSkewSeconds
    }

    /// Seconds between two looks of a replica at the keys that all of them share: two dozen in one cache, one second at least.
    ///
    /// For as long a replica may go on signing with a key that was revoked through another one.
    public var lookSeconds: Int64 { max(1, keySetCacheSeconds / 24) }

    /// Two periods that cannot both hold.
    public struct Contradiction: Error, Equatable, CustomStringConvertible {
        /// What contradicts what.
        public let problem: String
        /// What to set instead.
        public let fix: String
        /// The problem and the fix.
        public var description: String { "\(problem). To fix it: \(fix)." }
    }

    /// The lengths, each in seconds.
    ///
    /// - Throws: `Contradiction` where a key would have to announce its successor before it signs itself.
    public init(
        keySetCacheSeconds: Int64,
        longestTokenLifetimeSeconds: Int64,
        activeSeconds: Int64
    ) throws(Contradiction) {
        self.keySetCacheSeconds = keySetCacheSeconds
        self.longestTokenLifetimeSeconds = longestTokenLifetimeSeconds
        self.activeSeconds = activeSeconds
        guard activeSeconds > announceSeconds else {
            throw Contradiction(
                problem:
                    "a key would sign for \(activeSeconds) s, but its successor is announced for \(announceSeconds) s"
                    + " (twice keySetCacheSeconds and \(Bounds.clockSkewSeconds) s)",
                fix: "set more than \(announceSeconds), or lower keySetCacheSeconds"
            )
        }
    }
}
