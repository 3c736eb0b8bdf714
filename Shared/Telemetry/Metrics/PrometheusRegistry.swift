public import CoreMetrics
import Synchronization

/// All metrics of one process, as Prometheus reads them.
///
/// A handle is made once and kept by whoever counts: counting is then one atomic addition, or one short lock for a histogram. What a
/// service would have to count for nobody, the age of a key set, is read when somebody looks (`collect`).
///
/// Nothing that a stranger sends can make it grow: a metric has `seriesMax` series, and what comes after that is counted together
/// under labels that all say `other`.
///
/// - Source: Prometheus text format 0.0.4. Labels and names of another form are written with underscores.
public final class PrometheusRegistry: MetricsFactory {
    /// `Content-Type` of `text()`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// One line that is read when somebody looks.
    public struct Sample: Sendable {
        let labels: [(String, String)]
        let value: Double

        public init(_ labels: [(String, String)] = [], _ value: Double) {
            self.labels = labels
            self.value = value
        }
    }

    private struct State {
        var families: [String: MetricFamily] = [:]
        var helps: [String: String] = [:]
        var collections: [Collection] = []
    }

    private struct Collection {
        let name: String
        let kind: MetricKind
        let read: @Sendable () -> [Sample]
    }

    private let seriesMax: Int
    private let state = Mutex(State())

    /// A registry that holds nothing yet.
    ///
    /// - Parameter seriesMax: of one metric. A dashboard shows no more, and each costs some 200 bytes, a histogram 1 KiB.
    public init(seriesMax: Int = 500) { self.seriesMax = seriesMax }

    /// Says in one sentence what a metric counts; it stands above its lines.
    public func describe(_ name: String, _ help: String) {
        state.withLock { $0.helps[Exposition.metricName(name)] = help }
    }

    /// Adds a gauge whose lines are read anew for each `text()`.
    ///
    /// - Parameter read: called by whoever scrapes, on any thread; must not wait. Of two values under the same labels the later counts.
    public func collect(_ name: String, _ help: String, _ read: @escaping @Sendable () -> [Sample]) {
        collect(name, .gauge, help, read)
    }

    /// Adds a counter that somebody else counts. What several count under the same labels is added up.
    public func collectCounter(_ name: String, _ help: String, _ read: @escaping @Sendable () -> [Sample]) {
        collect(name, .counter, help, read)
    }

    private func collect(
        _ name: String,
        _ kind: MetricKind,
        _ help: String,
        _ read: @escaping @Sendable () -> [Sample]
    ) {
        describe(name, help)
        let collection = Collection(name: Exposition.metricName(name), kind: kind, read: read)
        state.withLock { $0.collections.append(collection) }
    }

    /// Everything, in the order of the names and then of the labels: two looks at the same figures are the same text.
    public func text() -> String {
        let (families, helps, collections) = state.withLock { ($0.families, $0.helps, $0.collections) }
        // Outside the lock: what is asked here may take locks of its own.
        let collected = Dictionary(grouping: collections, by: \.name).compactMapValues { lines(of: $0) }
        let counted = families.mapValues { Exposition.Block(kind: $0.kind, lines: $0.lines()) }
        return Exposition.text(counted.merging(collected) { first, _ in first }, helps: helps)
    }

    private func lines(of collections: [Collection]) -> Exposition.Block? {
        guard let (name, kind) = collections.first.map({ ($0.name, $0.kind) }) else { return nil }
        var values: [String: Double] = [:]
        for sample in collections.flatMap({ $0.read() }) {
            let labels = Exposition.labels(sample.labels.sorted { $0.0 < $1.0 })
            guard values[labels] != nil || values.count < seriesMax else { continue }
            values[labels] = (kind == .counter ? values[labels] ?? 0 : 0) + sample.value
        }
        let lines = values.sorted { $0.key < $1.key }.map { Exposition.line(name, labels: $0.key, $0.value) }
        return Exposition.Block(kind: kind, lines: lines)
    }

    // MARK: What swift-metrics asks of a backend

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions) { CounterSeries() }
    }

    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, .counter, dimensions) { FloatingPointCounterSeries() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, .gauge, dimensions) { GaugeSeries() }
    }

    /// - Parameter aggregate: a histogram; else a gauge, which shows the last value.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? series(label, .histogram, dimensions) { HistogramSeries(bounds: HistogramSeries.valueBounds) }
            : series(label, .gauge, dimensions) { GaugeSeries() }
    }

    /// A histogram in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, .histogram, dimensions) { HistogramSeries(bounds: HistogramSeries.secondBounds) }
    }

    // A series stays as long as the process: a counter that goes and comes back would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// A name is of the kind as which it was used first. Who uses it as another gets a series that nobody sees: no reason for a
    /// service to end.
    private func series<One: Series>(
        _ label: String,
        _ kind: MetricKind,
        _ labels: [(String, String)],
        make: () -> One
    ) -> One {
        let name = Exposition.metricName(label)
        let family = state.withLock { state in
            if let known = state.families[name] { return known }
            let family = MetricFamily(name: name, kind: kind, seriesMax: seriesMax)
            state.families[name] = family
            return family
        }
        guard family.kind == kind else { return make() }
        return family.find(labels, make: make)
    }
}
