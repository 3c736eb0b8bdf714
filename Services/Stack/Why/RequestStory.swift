import Audit
import Tokens

/// One request through all services, as a tree: who asked whom, and what each decided.
struct RequestStory: Sendable {
    struct Hop: Sendable {
        let record: AuditRecord
        /// The record names a caller, and no record is that caller's.
        let isCallerUnknown: Bool
        /// What the service asked of others meanwhile, and did by itself, in the order of time.
        let calls: [Hop]
    }

    /// More records of one transaction are no request but somebody who sends its id again and again.
    static let recordsMax = 1_000

    /// Those that nobody inside called; more than one where records are missing.
    let hops: [Hop]
    /// In the order in which they began.
    let records: [AuditRecord]

    /// - Parameter records: of one transaction, in any order; of more than `recordsMax` only the first count.
    init(_ records: [AuditRecord]) {
        let ordered = records.prefix(Self.recordsMax).sorted { ($0.startedAt, $0.time) < ($1.startedAt, $1.time) }
        let callers = Callers(ordered)
        func hop(_ index: Int) -> Hop {
            Hop(
                record: ordered[index],
                isCallerUnknown: callers.isUnknown(index),
                calls: callers.calls(of: index).map(hop)
            )
        }
        self.records = ordered
        hops = callers.calls(of: nil).map(hop)
    }

    /// The decision that the others follow from: the first that was not to allow, and the last of all where everything was.
    ///
    /// Refused inside, a request is refused outside as well; what was decided first says why.
    var cause: AuditRecord? {
        records.filter { $0.outcome != .allowed }.min { $0.time < $1.time } ?? records.first
    }
}

/// Which record is the caller of which.
private struct Callers {
    private let records: [AuditRecord]
    private var callers: [Int?]

    init(_ records: [AuditRecord]) {
        self.records = records
        var requests: [String: Int] = [:]
        for (index, record) in records.enumerated().reversed() where record.status != nil {
            requests[record.trace.spanID] = index
        }
        callers = records.indices.map { index in
            let record = records[index]
            // What a service did by itself while it answered a request belongs to that request.
            if let own = requests[record.trace.spanID], own != index { return own }
            return record.parentSpanID.flatMap { requests[$0] } ?? Self.asker(of: record, in: records)
        }
        // Ids come from the outside: a circle of them would be nobody's, and shown nowhere.
        for index in records.indices where isInCircle(index) { callers[index] = nil }
    }

    /// For a token, services ask by their own name: where the span is missing, that leads back to them.
    private static func asker(of record: AuditRecord, in records: [AuditRecord]) -> Int? {
        guard record.event == .tokenIssue || record.event == .tokenExchange else { return nil }
        let names = [record.clientID, record.peer.serviceName].compactMap { $0 }
        return records.firstIndex {
            names.contains($0.service) && $0.startedAt <= record.startedAt && record.startedAt <= $0.time * 1_000
        }
    }

    private func isInCircle(_ index: Int) -> Bool {
        var caller = callers[index]
        for _ in records.indices {
            guard let next = caller else { return false }
            if next == index { return true }
            caller = callers[next]
        }
        return false
    }

    /// - Parameter caller: nil for those whom nobody called.
    func calls(of caller: Int?) -> [Int] { records.indices.filter { callers[$0] == caller } }

    func isUnknown(_ index: Int) -> Bool { callers[index] == nil && records[index].parentSpanID != nil }
}

extension AuditRecord {
    /// When its request came: microseconds since 1970.
    var startedAt: Int64 {
        let (end, overflow) = time.multipliedReportingOverflow(by: 1_000)
        return overflow ? time : end.subtractingReportingOverflow(durationMicroseconds).partialValue
    }
}

extension AuditRecord.Peer {
    /// The last part of the certificate's name: `orders-api` of `spiffe://gatehouse.local/orders-api`.
    var serviceName: String? { name?.split(separator: "/").last.map(String.init) }
}
