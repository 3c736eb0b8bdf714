import Audit
import Tokens

/// One service's part in one request, as a collector of traces takes it.
///
/// Made of the audit record when the answer is ready, so it needs no tracer that runs along (swift-distributed-tracing): nothing
/// here asks for the current span, and what the record does not know, no span shall.
///
/// It says what was decided, by words out of our own lists, and no name, no address, no subject, no token id and nothing that a
/// caller wrote: traces are kept where many may read them. Who it was, the audit log says under the same trace id.
///
/// - Source: W3C Trace Context §3.2 for the ids; OTLP 1.x, JSON encoding, for the members.
struct Span: Sendable {
    private enum Kind: Int64 { case `internal` = 1, server = 2 }

    private let record: AuditRecord
    /// Method and pattern; nil where no route was found: what the method is then, the caller has made up.
    private let route: (method: String, pattern: String)?

    init(_ record: AuditRecord) {
        self.record = record
        let parts = record.route.split(separator: " ", maxSplits: 1)
        route = parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }

    var document: JSONObject {
        let end = record.time * 1_000_000
        var span: JSONObject = [
            "traceId": .string(record.trace.traceID),
            "spanId": .string(record.trace.spanID),
            "name": .string(route.map { "\($0.method) \($0.pattern)" } ?? record.event.rawValue),
            // What a service does by itself has no status to answer with.
            "kind": .integer((record.status == nil ? Kind.internal : .server).rawValue),
            "startTimeUnixNano": .string("\(end - record.durationMicroseconds * 1_000)"),
            "endTimeUnixNano": .string("\(end)"),
            "attributes": .array(attributes.map { Self.attribute($0, $1) }),
            // 2 is an error of ours: that a caller is refused is none.
            "status": .object(record.outcome == .failed ? ["code": 2] : [:]),
        ]
        if let parent = record.parentSpanID { span["parentSpanId"] = .string(parent) }
        return span
    }

    private var attributes: [(String, JSONObject)] {
        var attributes: [(String, JSONObject)] = [
            ("gatehouse.txn", Self.text(record.trace.transactionID)),
            ("gatehouse.event", Self.text(record.event.rawValue)),
            ("gatehouse.outcome", Self.text(record.outcome.rawValue)),
        ]
        if let reason = record.reason { attributes.append(("gatehouse.reason", Self.text(reason.name))) }
        if let route {
            attributes.append(("http.request.method", Self.text(route.method)))
            attributes.append(("http.route", Self.text(route.pattern)))
        }
        if let status = record.status {
            attributes.append(("http.response.status_code", ["intValue": .string("\(status)")]))
        }
        return attributes
    }

    private static func text(_ text: String) -> JSONObject { ["stringValue": .string(text)] }

    static func attribute(_ key: String, _ value: JSONObject) -> JSONValue {
        ["key": .string(key), "value": .object(value)]
    }

    /// The body of one export.
    static func export(_ spans: [Span], of service: String) -> JSONObject {
        let resource: JSONObject = ["attributes": [attribute("service.name", text(service))]]
        let scope: JSONObject = [
            "scope": ["name": "gatehouse"], "spans": .array(spans.map { .object($0.document) }),
        ]
        return ["resourceSpans": [["resource": .object(resource), "scopeSpans": [.object(scope)]]]]
    }
}
