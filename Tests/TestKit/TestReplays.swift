import Synchronization
public import Tokens

/// A replay window in memory; it forgets what has expired by its clock.
public final class TestReplays: ReplayCache {
    private let clock: any WallClock
    private let claimed = Mutex<[String: NumericDate]>([:])

    public init(clock: any WallClock = House.clock()) { self.clock = clock }

    /// How many identifiers were claimed and have not expired.
    public var count: Int { claimed.withLock { $0.count } }

    public func claim(_ identifier: String, until expiry: NumericDate) async throws -> Bool {
        let now = clock.now()
        return claimed.withLock { claimed in
            claimed = claimed.filter { $0.value > now }
            return claimed.updateValue(expiry, forKey: identifier) == nil
        }
    }
}
