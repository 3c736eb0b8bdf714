public import ServiceKit
public import Tokens

extension KeyPeriods {
    /// Reads `keySetCacheSeconds` (120 by default) and `keys.activeSeconds` (30 days).
    ///
    /// - Parameter longestTokenLifetimeSeconds: out of the service's own settings; of all tokens that the ring signs.
    public init(reading settings: SettingsReader, longestTokenLifetimeSeconds: Int64) throws(SettingsError) {
        let keySetCacheSeconds = try settings.integer("keySetCacheSeconds", default: 120, in: 5...3_600)
        let activeSeconds = try settings.integer("keys.activeSeconds", default: 30 * 86_400, in: 60...31_536_000)
        do {
            try self.init(
                keySetCacheSeconds: keySetCacheSeconds,
                longestTokenLifetimeSeconds: longestTokenLifetimeSeconds,
                activeSeconds: activeSeconds
            )
        } catch {
            throw settings.fail("keys.activeSeconds", error.problem, fix: error.fix)
        }
    }
}

extension KeyPeriods {
    /// Those of the ring that signs the events about tokens with these periods.
    ///
    /// An event is kept for as long as any token could live that was issued before it: the longest lifetime, and the skew of
    /// the clock that reads `exp` as of the one that wrote `iat`. A minute is added for what is dated a second ahead and for
    /// the clean-up, which comes once a minute. The ring takes that for the life of what it signs, so that whoever is given
    /// an old event always finds its key.
    public func ofEvents() throws(Contradiction) -> KeyPeriods {
        try KeyPeriods(
            keySetCacheSeconds: keySetCacheSeconds,
            longestTokenLifetimeSeconds: longestTokenLifetimeSeconds + 2 * Bounds.clockSkewSeconds + 60,
            activeSeconds: activeSeconds
        )
    }
}
