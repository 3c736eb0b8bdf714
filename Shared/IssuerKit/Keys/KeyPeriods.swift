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
