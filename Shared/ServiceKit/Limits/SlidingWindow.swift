import Synchronization
public import Tokens

/// One limit: so many in so long.
public struct LimitRule: Sendable, Equatable {
    /// A word: for the caller in `RateLimit`, for us in the audit record.
    public let name: String
    public let quota: Int
    public let windowSeconds: Int64

    public init(_ name: String, quota: Int, windowSeconds: Int64 = 60) {
        self.name = name
        self.quota = quota
        self.windowSeconds = windowSeconds
    }
}

/// Where somebody stands under a rule.
public struct LimitStanding: Sendable, Equatable {
    /// Whether one more is let in, or was.
    public let isWithin: Bool
    public let remaining: Int
    /// For how many seconds at least that many remain; where none does, until one more is let in.
    public let seconds: Int64
}

/// Counts, for each key by itself, and lets no more than a quota through in a window that slides.
///
/// Two counters a key: of the present window and of the one before, which counts for less the longer it is over. It is exact for
/// whoever comes steadily; whoever spends a whole quota in one second gets it back little by little over the next window, never at
/// once. A list of times would be exact for everybody and as long as the quota; windows that jump would let two quotas through
/// in the two seconds around their border.
///
/// What is refused is not counted: whoever goes on asking still gets their quota, and no more. In memory, of one process; each
/// call is a few lookups under one lock.
public final class SlidingWindow: Sendable {
    public let rule: LimitRule
    private let clock: any WallClock
    private let table: Mutex<SpanTable<Int32>>

    public init(_ rule: LimitRule, clock: any WallClock, entriesMax: Int = 65_536) {
        self.rule = rule
        self.clock = clock
        table = Mutex(SpanTable(spanSeconds: rule.windowSeconds, entriesMax: entriesMax))
    }

    /// Counts one, unless it would be one too many.
    public func count(_ key: LimitKey) -> LimitStanding { measure(key, counting: true) }

    /// Takes back one that was counted, in whichever of the two windows it is.
    public func giveBack(_ key: LimitKey) {
        let now = clock.now()
        table.withLock { table in
            _ = table.moveOn(to: now)
            if let count = table[key], count > 0 {
                table[key] = count - 1
            } else if let count = table[earlier: key], count > 0 {
                table[earlier: key] = count - 1
            }
        }
    }

    /// What `count` would find, with nothing counted.
    public func standing(of key: LimitKey) -> LimitStanding { measure(key, counting: false) }

    /// How many keys are counted.
    var keyCount: Int { table.withLock { $0.keyCount } }

    private func measure(_ key: LimitKey, counting: Bool) -> LimitStanding {
        let now = clock.now()
        return table.withLock { table in
            let elapsed = table.moveOn(to: now)
            var counts = Counts(
                present: Int64(table[key] ?? 0),
                earlier: Int64(table[earlier: key] ?? 0),
                elapsed: elapsed
            )
            let remaining = rule.remaining(counts)
            guard remaining > 0 else {
                return LimitStanding(isWithin: false, remaining: 0, seconds: rule.wait(counts))
            }
            guard counting else {
                return LimitStanding(isWithin: true, remaining: remaining, seconds: rule.windowSeconds - elapsed)
            }
            counts.present += 1
            table[key] = Int32(counts.present)
            return LimitStanding(
                isWithin: true,
                remaining: remaining - 1,
                seconds: remaining > 1 ? rule.windowSeconds - elapsed : rule.wait(counts)
            )
        }
    }
}

/// What a key has in the two windows, and how much of the present one is over.
private struct Counts {
    var present: Int64
    let earlier: Int64
    let elapsed: Int64
}

extension LimitRule {
    fileprivate func remaining(_ counts: Counts) -> Int {
        // Rounded up: half a request is one.
        let faded = (counts.earlier * (windowSeconds - counts.elapsed) + windowSeconds - 1) / windowSeconds
        return max(0, quota - Int(counts.present + faded))
    }

    /// Seconds until one more is let in.
    fileprivate func wait(_ counts: Counts) -> Int64 {
        let spare = Int64(quota) - 1 - counts.present
        if spare >= 0 {
            // What is present leaves room: as soon as what was earlier counts for no more than that.
            return max(1, windowSeconds - spare * windowSeconds / max(1, counts.earlier) - counts.elapsed)
        }
        // Not in this window; in the next one, as soon as what is present now has faded.
        return windowSeconds - counts.elapsed + windowSeconds - Int64(quota - 1) * windowSeconds / counts.present
    }
}
