import Audit
import Foundation
import Tokens

/// A story as lines for a terminal.
///
///     ✓ gateway  POST /orders                                                     allowed 201   38.2 ms
///     │  called by  127.0.0.1
///     │  token      Xb3k0a… · verified · 598 s left · …
///     │
///     └─ ✗ orders-api  POST /orders                                               denied  401    1.2 ms
struct StoryLines {
    static let width = 100
    private static let labelWidth = 9
    /// However deep the tree: a line has this much room for words.
    private static let textWidthMin = 40

    private(set) var lines: [String] = []
    private let issuers: [String: String]

    init(_ story: RequestStory) {
        let issued = story.records.flatMap { record in record.issued.map { ($0.tokenID, record.service) } }
        issuers = Dictionary(issued, uniquingKeysWith: { first, _ in first })
        lines = Self.heading(story)
        for hop in story.hops {
            lines.append("")
            tell(hop, head: "", body: "", before: nil)
        }
    }

    private static func heading(_ story: RequestStory) -> [String] {
        guard let first = story.records.first, let cause = story.cause else { return [] }
        let decisions = "\(story.records.count) decision\(story.records.count == 1 ? "" : "s")"
        let services = Set(story.records.map(\.service)).count
        let facts = [
            "request \(first.trace.transactionID)", AuditTime.text(first.startedAt / 1_000),
            "\(decisions) of \(services) service\(services == 1 ? "" : "s")",
        ]
        let verdict: String
        switch (cause.outcome, cause.reason) {
        case (.allowed, _): verdict = "allowed by all"
        case (let outcome, let reason?):
            verdict = "\(outcome.rawValue) by \(cause.service): \(reason.name)"
        case (let outcome, nil): verdict = "\(outcome.rawValue) by \(cause.service)"
        }
        return [facts.joined(separator: " · ")] + wrapped([verdict], width: width)
    }

    /// - Parameters:
    ///   - head: what stands before the hop's first line.
    ///   - body: what stands before all that follows.
    private mutating func tell(_ hop: RequestStory.Hop, head: String, body: String, before: AuditToken?) {
        lines.append(Self.title(hop.record, head))
        let trunk = body + (hop.calls.isEmpty ? "   " : "│  ")
        let facts = HopFacts(hop, before: before) { [issuers] token in issuers[token.tokenID] }
        for row in facts.rows { lines += Self.text(of: row, after: trunk) }
        let token = hop.record.accessToken ?? before
        for (index, call) in hop.calls.enumerated() {
            let isLast = index == hop.calls.count - 1
            lines.append(body + "│")
            tell(call, head: body + (isLast ? "└─ " : "├─ "), body: body + (isLast ? "   " : "│  "), before: token)
        }
    }

    private static func title(_ record: AuditRecord, _ head: String) -> String {
        // What a service did by itself came by no route.
        let what = record.route.isEmpty ? record.event.title : record.route.legible(lengthMax: 64)
        let left = "\(head)\(record.mark) \(record.service.legible())  \(what)"
        let status = record.status.map(String.init) ?? ""
        let milliseconds = String(format: "%.1f ms", Double(record.durationMicroseconds) / 1_000)
        let duration = record.status == nil ? "" : milliseconds.indented(to: 10)
        let right = "\(record.outcome.rawValue.padded(to: 7)) \(status.padded(to: 3))\(duration)"
        return (left.padded(to: max(0, width - right.count - 1)) + " " + right).trimmedAtEnd
    }

    private static func text(of row: HopFacts.Row, after trunk: String) -> [String] {
        let room = max(textWidthMin, width - trunk.count - labelWidth - 2)
        return wrapped(row.phrases, width: room).enumerated().map { index, line in
            "\(trunk)\((index == 0 ? row.label : "").padded(to: labelWidth))  \(line)"
        }
    }

    /// Phrases side by side as far as they fit; one that is longer than a line is broken at its spaces.
    private static func wrapped(_ phrases: [String], width: Int) -> [String] {
        var lines: [String] = []
        for phrase in phrases {
            if let last = lines.last, last.count + 3 + phrase.count <= width {
                lines[lines.count - 1] = "\(last) · \(phrase)"
                continue
            }
            var line = ""
            for word in phrase.split(separator: " ") {
                if !line.isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                line += line.isEmpty ? String(word) : " \(word)"
            }
            lines.append(line)
        }
        return lines
    }
}

extension String {
    /// Filled up with spaces on the left.
    fileprivate func indented(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }

    var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
