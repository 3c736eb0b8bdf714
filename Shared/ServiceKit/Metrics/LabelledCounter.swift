import CoreMetrics
import Synchronization
import Telemetry

/// A counter whose label values come with each record. Its handles are made once.
final class LabelledCounter: Sendable {
    /// Beyond that many the registry is asked each time; it has a bound of its own.
    private static let handlesMax = 500

    private let metric: Metric
    private let labels: [String]
    private let registry: PrometheusRegistry
    private let handles = Mutex<[[String]: Counter]>([:])

    init(_ metric: Metric, _ labels: [String], _ registry: PrometheusRegistry) {
        self.metric = metric
        self.labels = labels
        self.registry = registry
    }

    func increment(_ values: [String]) {
        if let known = handles.withLock({ $0[values] }) { return known.increment() }
        let counter = registry.counter(metric, Array(zip(labels, values)))
        handles.withLock { if $0.count < Self.handlesMax { $0[values] = counter } }
        counter.increment()
    }
}

/// Names that may be labels: those of parties whose exchange was allowed, hence stands in the policy. Whatever else somebody asks
/// for is `other`: a metric is no place for a stranger's text.
final class KnownParties: Sendable {
    private static let countMax = 100

    private let names = Mutex<Set<String>>([])

    func learn(_ names: String...) {
        self.names.withLock { known in
            for name in names where known.count < Self.countMax { known.insert(name) }
        }
    }

    func label(_ name: String) -> String { names.withLock { $0.contains(name) } ? name : "other" }
}

/// Numbers for addresses: enough to see that failures come from one source, and nothing of which source. Which one it is, the audit
/// log says to whoever may read it.
enum SourceBuckets {
    static let count = 16

    /// Keyed: the standard library draws a key for each process, so nobody can choose an address that falls in with another's.
    static func bucket(of address: String) -> Int {
        var hasher = Hasher()
        hasher.combine(address)
        return Int(hasher.finalize().magnitude % UInt(count))
    }
}
