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
    /// The same time in milliseconds since 1970: for records of what happened, never for what may happen.
    func nowMilliseconds() -> Int64
}

extension WallClock {
    /// As fine as `now`, where a clock knows no better.
    public func nowMilliseconds() -> Int64 { now().secondsSinceEpoch * 1_000 }
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

    /// The machine's time, rounded down.
    public func nowMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
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

    /// The base's time, moved.
    public func nowMilliseconds() -> Int64 { base.nowMilliseconds() + offset.load(ordering: .relaxed) * 1_000 }

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
