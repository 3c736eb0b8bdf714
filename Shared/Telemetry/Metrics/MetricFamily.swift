import Synchronization

/// `TYPE` of a metric.
enum MetricKind: String, Sendable { case counter, gauge, histogram }

/// One metric: its series, each under its own labels.
final class MetricFamily: Sendable {
    let name: String
    let kind: MetricKind
    private let seriesMax: Int
    private let series = Mutex<[String: Entry]>([:])

    private struct Entry {
        let labels: [(String, String)]
        let series: any Series
    }

    init(name: String, kind: MetricKind, seriesMax: Int) {
        self.name = name
        self.kind = kind
        self.seriesMax = seriesMax
    }

    /// The series under these labels, in whatever order they come.
    func find<One: Series>(_ labels: [(String, String)], make: () -> One) -> One {
        let labels = labels.sorted { $0.0 < $1.0 }
        return series.withLock { series in
            var key = Exposition.labels(labels)
            var kept = labels
            // Room is kept for the one that takes in the rest.
            if series[key] == nil, series.count >= seriesMax - 1 {
                kept = labels.map { ($0.0, "other") }
                key = Exposition.labels(kept)
            }
            if let known = series[key] { return known.series as? One ?? make() }
            let made = make()
            series[key] = Entry(labels: kept, series: made)
            return made
        }
    }

    /// Every series as text, in the order of the labels.
    func lines() -> [String] {
        let entries = series.withLock { $0 }
        return entries.sorted { $0.key < $1.key }.flatMap { $0.value.series.lines(name, $0.value.labels) }
    }
}
