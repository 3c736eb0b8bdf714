import Audit
import Tokens

/// A record as one line: when, where, what, which request, why not, who.
///
///     ✗ 2026-11-21 21:27:23.123  orders-api         access              3q2-7wAAAAAAAAAAAAAAAQ  tokenExpired  GET /orders/{id} · …
enum RecordLine {
    static let heading = line(" ", "TIME", "SERVICE", "EVENT", "REQUEST", "REASON", ["ROUTE", "WHO"])

    static func text(_ record: AuditRecord) -> String {
        let time = AuditTime.text(record.time).dropLast().replacing("T", with: " ")
        let who = [
            record.route.isEmpty ? nil : record.route.legible(lengthMax: 64),
            record.subject == record.clientID ? nil : record.subject.map { "user \($0.legible(lengthMax: 40))" },
            record.clientID.map { "client \($0.legible(lengthMax: 40))" },
            (record.peer.serviceName ?? record.peer.address).map { "from \($0.legible(lengthMax: 40))" },
        ]
        return line(
            record.mark,
            String(time),
            record.service.legible(),
            record.event.rawValue,
            record.trace.transactionID,
            record.reason?.name ?? "–",
            who.compactMap { $0 }
        )
    }

    private static func line(
        _ mark: String,
        _ time: String,
        _ service: String,
        _ event: String,
        _ request: String,
        _ reason: String,
        _ rest: [String]
    ) -> String {
        let fields = [
            time.padded(to: 23), service.padded(to: 17), event.padded(to: 18), request.padded(to: 22),
            reason.padded(to: 22),
        ]
        return "\(mark) \(fields.joined(separator: "  "))  \(rest.joined(separator: " · "))".trimmedAtEnd
    }
}

extension AuditRecord {
    /// One character for the start of a line. What was allowed and forwarded, and ended badly further in, is only passed on.
    var mark: String {
        switch outcome {
        case .allowed: status.map { $0 >= 400 } == true ? "→" : "✓"
        case .denied: "✗"
        case .failed: "!"
        }
    }
}
