import CoreMetrics
import Telemetry
import Testing

@Suite("Prometheus text format 0.0.4")
struct PrometheusRegistryTests {
    @Test func `a registry without metrics is an empty text`() {
        #expect(PrometheusRegistry().text() == "")
    }

    @Test func `counters stand by name and then by labels, whatever the order in which they came`() {
        let registry = PrometheusRegistry()
        registry.describe("tokens_total", "Tokens given out.")
        let second = Counter(
            label: "tokens_total",
            dimensions: [("kind", "refresh"), ("grant", "code")],
            factory: registry
        )
        let first = Counter(
            label: "tokens_total",
            dimensions: [("grant", "code"), ("kind", "access")],
            factory: registry
        )
        Counter(label: "bytes_total", factory: registry).increment(by: 12)
        second.increment()
        first.increment(by: 2)
        first.increment(by: -5)
        #expect(
            registry.text() == """
                # TYPE bytes_total counter
                bytes_total 12
                # HELP tokens_total Tokens given out.
                # TYPE tokens_total counter
                tokens_total{grant="code",kind="access"} 2
                tokens_total{grant="code",kind="refresh"} 1

                """
        )
    }

    @Test func `a timer is a histogram in seconds, whose buckets hold all that is below`() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: "duration_seconds", dimensions: [("event", "access")], factory: registry)
        timer.recordMicroseconds(500)
        timer.recordMilliseconds(20)
        timer.recordSeconds(40)
        let text = registry.text()
        for line in [
            "# TYPE duration_seconds histogram",
            #"duration_seconds_bucket{event="access",le="0.0005"} 1"#,
            #"duration_seconds_bucket{event="access",le="0.01"} 1"#,
            #"duration_seconds_bucket{event="access",le="0.025"} 2"#,
            #"duration_seconds_bucket{event="access",le="30"} 2"#,
            #"duration_seconds_bucket{event="access",le="+Inf"} 3"#,
            #"duration_seconds_sum{event="access"} 40.0205"#,
            #"duration_seconds_count{event="access"} 3"#,
        ] {
            #expect(text.contains(line + "\n"), "\(text)")
        }
    }

    @Test func `gauges show their last value, floating-point counters their sum`() {
        let registry = PrometheusRegistry()
        let meter = Meter(label: "queued", factory: registry)
        meter.set(7)
        meter.decrement(by: 2)
        Recorder(label: "size", aggregate: false, factory: registry).record(Double.infinity)
        let sum = FloatingPointCounter(label: "work_seconds_total", factory: registry)
        sum.increment(by: 0.25)
        sum.increment(by: 0.5)
        sum.increment(by: Double.nan)
        #expect(
            registry.text() == """
                # TYPE queued gauge
                queued 5
                # TYPE size gauge
                size +Inf
                # TYPE work_seconds_total counter
                work_seconds_total 0.75

                """
        )
    }

    @Test func `a label or a help cannot write a line of its own`() {
        let registry = PrometheusRegistry()
        registry.describe("a.b-c", "One\ntwo \\ \"three\"")
        Counter(label: "a.b-c", dimensions: [("1 x", "\"} 1\nforged 2 \\"), ("__name", "ü")], factory: registry)
            .increment()
        #expect(
            registry.text() == #"""
                # HELP a_b_c One\ntwo \\ "three"
                # TYPE a_b_c counter
                a_b_c{_1_x="\"} 1\nforged 2 \\",label__name="ü"} 1

                """#
        )
    }

    @Test func `what comes beyond the bound is counted together as other`() {
        let registry = PrometheusRegistry(seriesMax: 3)
        for name in ["a", "b", "c", "d"] {
            Counter(label: "seen_total", dimensions: [("name", name)], factory: registry).increment()
        }
        Counter(label: "seen_total", dimensions: [("name", "a")], factory: registry).increment()
        #expect(
            registry.text() == """
                # TYPE seen_total counter
                seen_total{name="a"} 2
                seen_total{name="b"} 1
                seen_total{name="other"} 2

                """
        )
    }

    @Test func `one name is one kind of metric: another of it is not shown`() {
        let registry = PrometheusRegistry()
        Counter(label: "x", factory: registry).increment()
        Meter(label: "x", factory: registry).set(9)
        #expect(registry.text() == "# TYPE x counter\nx 1\n")
    }

    @Test func `what is collected is read anew for each text`() {
        let registry = PrometheusRegistry()
        let ages = Meter(label: "source", factory: registry)
        ages.set(1)
        registry.collect("age_seconds", "How old.") { [.init([("issuer", "b")], 2), .init([("issuer", "a")], 1.5)] }
        registry.collect("nothing", "Never there.") { [] }
        #expect(
            registry.text() == """
                # HELP age_seconds How old.
                # TYPE age_seconds gauge
                age_seconds{issuer="a"} 1.5
                age_seconds{issuer="b"} 2
                # TYPE source gauge
                source 1

                """
        )
    }

    @Test func `what several count under the same labels is one line, the sum`() {
        let registry = PrometheusRegistry()
        for hits in [3.0, 4] { registry.collectCounter("hits_total", "Hits.") { [.init([], hits)] } }
        for age in [3.0, 4] { registry.collect("age_seconds", "How old.") { [.init([("of", "it")], age)] } }
        let lines = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines == [#"age_seconds{of="it"} 4"#, "hits_total 7"])
    }

    @Test func `many threads count without losing one`() async {
        let registry = PrometheusRegistry()
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        Counter(label: "n_total", dimensions: [("a", "b")], factory: registry).increment()
                    }
                }
            }
        }
        #expect(registry.text().contains(#"n_total{a="b"} 8000"#))
    }

    @Test func `Prometheus' own judge finds nothing to say, and something where there is`() async throws {
        let registry = PrometheusRegistry()
        registry.describe("decisions_total", "Decisions.")
        registry.describe("duration_seconds", "How long.")
        Counter(label: "decisions_total", dimensions: [("reason", "a\"\\\nb")], factory: registry).increment()
        Timer(label: "duration_seconds", dimensions: [("event", "x")], factory: registry).recordMilliseconds(3)
        registry.collectCounter("hits_total", "Hits.") { [.init([("cache", "tokens")], 3e18)] }
        let good = try await Promtool.run(["check", "metrics"], input: registry.text())
        #expect(good.isGood && good.text.isEmpty, "\(good.text)")
        Counter(label: "unexplained", factory: registry).increment()
        let bad = try await Promtool.run(["check", "metrics"], input: registry.text())
        #expect(bad.text.contains("unexplained no help text"))
    }
}
