import CoreMetrics
import Synchronization

/// What is counted under one combination of labels.
protocol Series: AnyObject, Sendable {
    func lines(_ name: String, _ labels: [(String, String)]) -> [String]
}

final class CounterSeries: Series, CounterHandler {
    private let count = Atomic<Int64>(0)

    /// A counter never goes down.
    func increment(by amount: Int64) { if amount > 0 { count.wrappingAdd(amount, ordering: .relaxed) } }
    func reset() { count.store(0, ordering: .relaxed) }

    func lines(_ name: String, _ labels: [(String, String)]) -> [String] {
        [Exposition.line(name, labels, Double(count.load(ordering: .relaxed)))]
    }
}

final class FloatingPointCounterSeries: Series, FloatingPointCounterHandler {
    private let sum = Mutex(0.0)

    func increment(by amount: Double) { if amount > 0, amount.isFinite { sum.withLock { $0 += amount } } }
    func reset() { sum.withLock { $0 = 0 } }

    func lines(_ name: String, _ labels: [(String, String)]) -> [String] {
        [Exposition.line(name, labels, sum.withLock { $0 })]
    }
}

final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func lines(_ name: String, _ labels: [(String, String)]) -> [String] {
        [Exposition.line(name, labels, value.withLock { $0 })]
    }
}

/// How often a value fell between fixed bounds.
final class HistogramSeries: Series, TimerHandler, RecorderHandler {
    /// For durations: from half a millisecond, a validated read, to the 30 s after which every call here has ended.
    static let secondBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    /// For anything else.
    static let valueBounds = [1.0, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

    private struct Counts {
        /// One for each bound, and one for what is above them all.
        var buckets: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let counts: Mutex<Counts>

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        // One NaN would make the sum one for ever.
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts.withLock { counts in
            counts.buckets[bucket] += 1
            counts.sum += value
        }
    }

    func lines(_ name: String, _ labels: [(String, String)]) -> [String] {
        let counts = counts.withLock { $0 }
        var total: UInt64 = 0
        var lines = zip(bounds + [.infinity], counts.buckets).map { bound, count in
            total += count
            return Exposition.line("\(name)_bucket", labels + [("le", Exposition.number(bound))], Double(total))
        }
        lines.append(Exposition.line("\(name)_sum", labels, counts.sum))
        lines.append(Exposition.line("\(name)_count", labels, Double(total)))
        return lines
    }
}
