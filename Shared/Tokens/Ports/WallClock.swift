import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The one source of time. Nothing in the house reads the system clock but `SystemClock`.
public protocol WallClock: Sendable {
    /// The time at this moment.
    func now() -> NumericDate
}

/// The machine's clock.
public struct SystemClock: WallClock {
    /// The machine's clock; there is nothing to set.
    public init() {}

    /// The machine's time, whole seconds, rounded down.
    public func now() -> NumericDate {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return NumericDate(Int64(time.tv_sec))
    }
}

/// A clock that can be moved forward: expiry, rotation and clean-up in milliseconds. For tests and the `test`
/// environment only.
public final class MovableClock: WallClock {
    private let base: any WallClock
    private let offset = Atomic<Int64>(0)

    /// Runs on from `base`; stands still when `base` does.
    public init(base: any WallClock = SystemClock()) { self.base = base }

    /// The base's time, moved.
    public func now() -> NumericDate { base.now() + offset.load(ordering: .relaxed) }

    /// Moves the clock by `seconds`, forward; gives the new time.
    @discardableResult
    public func advance(bySeconds seconds: Int64) -> NumericDate {
        offset.wrappingAdd(seconds, ordering: .relaxed)
        return now()
    }
}

/// A clock that stands still.
public struct FixedClock: WallClock {
    private let date: NumericDate

    /// A clock that always says `date`.
    public init(_ date: NumericDate) { self.date = date }

    /// The one date.
    public func now() -> NumericDate { date }
}
