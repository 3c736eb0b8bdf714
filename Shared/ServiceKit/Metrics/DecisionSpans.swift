import Audit
import Telemetry

/// Makes a span of every decision.
struct DecisionSpans: DecisionObserver {
    let exporter: SpanExporter

    func observe(_ record: AuditRecord) { exporter.add(record) }
}
