import Synchronization
public import Tokens

/// Makes whoever fails again and again wait longer and longer: after a few free tries one second, then two, four, up to a maximum.
///
/// A success clears the key, and so does time: after a quiet span of twice the maximum the tries are free again. That lets a
/// patient guesser have a few free ones an hour, fewer than the maximum itself lets through.
///
/// In a table that is full whoever comes new does not wait. To be made to wait for the tries of others, whoever they are, would
/// close the door to everybody as soon as somebody had filled the table; what all tries of a network are held to still holds.
public final class GrowingDelay: Sendable {
    private struct Failures {
        var count = 0
        var opensAt = NumericDate(0)
    }

    /// As it is told to callers.
    public let rule: LimitRule
    private let clock: any WallClock
    private let table: Mutex<SpanTable<Failures>>

    /// - Parameter freeTries: that may fail before anybody has to wait.
    public init(
        _ name: String,
        freeTries: Int,
        secondsMax: Int64,
        clock: any WallClock,
        entriesMax: Int = 65_536
    ) {
        rule = LimitRule(name, quota: freeTries, windowSeconds: secondsMax)
        self.clock = clock
        table = Mutex(SpanTable(spanSeconds: 2 * secondsMax, entriesMax: entriesMax))
    }

    /// Begins a try. Until it is known to have succeeded it counts as failed: of a thousand at the same moment a few go on, and
    /// the rest wait.
    ///
    /// - Gives: seconds to wait instead, and then nothing has begun; nil for a try that may go on.
    public func begin(_ key: LimitKey) -> Int64? {
        let now = clock.now()
        return table.withLock { table in
            _ = table.moveOn(to: now)
            var failures = table.own(key) ?? Failures()
            guard failures.opensAt <= now else { return failures.opensAt.seconds(since: now) }
            guard table.hasRoom(for: key) else { return nil }
            failures.count += 1
            failures.opensAt = now + wait(after: failures.count)
            table[key] = failures
            return nil
        }
    }

    /// The try has succeeded: whoever this is knows the secret.
    public func succeed(_ key: LimitKey) { table.withLock { $0.forget(key) } }

    /// The try was neither: it could not be made. The wait that was due before it is due again, so that nobody gets rid of one by
    /// keeping a service too busy to answer.
    public func withdraw(_ key: LimitKey) {
        let now = clock.now()
        table.withLock { table in
            guard var failures = table.own(key), table.hasRoom(for: key) else { return }
            guard failures.count > 1 else { return table.forget(key) }
            failures.count -= 1
            failures.opensAt = min(failures.opensAt, now + wait(after: failures.count))
            table[key] = failures
        }
    }

    private func wait(after count: Int) -> Int64 {
        guard count >= rule.quota else { return 0 }
        // 2^30 s are longer than any maximum.
        return min(rule.windowSeconds, 1 << min(count - rule.quota, 30))
    }
}
