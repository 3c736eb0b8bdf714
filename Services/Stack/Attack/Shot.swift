import Audit
import Tokens

/// One attack at one door, and what came back.
struct Shot: Sendable {
    let door: Door
    let answer: Answer
    let expected: Expectation

    enum Expectation: Sendable {
        /// Refused, and for this reason.
        case refused(Refusal)
        /// The same to the byte as plain nonsense is: which check found it must not show.
        case refusedLike(nonsense: Answer, Refusal)
        /// No request for any route: the connection is ended with an empty 400.
        case unread
        /// Answered as if the request had been this genuine one: what was added to it did nothing.
        case ignored(genuine: Answer)
    }
}

/// A shot, judged by the answer outside and by what the service has recorded inside.
struct Outcome: Sendable {
    let attack: String
    let door: Door
    /// What the attacker reads.
    let outside: String
    /// What the audit log of the service says about it.
    let inside: String
    /// What is not as it should be; nil where the attack has come to nothing.
    let failure: String?

    /// - Parameter records: every record of the service about the request.
    init(_ shot: Shot, of attack: String, records: [AuditRecord]) {
        self.attack = attack
        door = shot.door
        outside = shot.door.outside(shot.answer)
        inside = records.first.map { $0.reason?.name ?? $0.outcome.rawValue } ?? "nothing"
        failure = shot.failure ?? shot.failure(of: records)
    }
}

extension Shot {
    /// What is wrong with the answer.
    fileprivate var failure: String? {
        switch expected {
        case .refused(let reason), .refusedLike(_, let reason):
            guard door.isRefusal(answer, for: reason) else {
                return "IT GOT THROUGH, or is refused in other words than it should be"
            }
            guard case .refusedLike(let nonsense, _) = expected else { return nil }
            return answer.withoutTransaction == nonsense.withoutTransaction ? nil : "it is not answered as nonsense is"
        case .unread:
            return answer.status == 400 && answer.body.isEmpty ? nil : "IT WAS READ AS A REQUEST"
        case .ignored(let genuine):
            return answer.withoutTransaction == genuine.withoutTransaction ? nil : "it changed the answer"
        }
    }

    /// What is wrong with the records: one decision leaves one, and it says what was decided and why.
    fileprivate func failure(of records: [AuditRecord]) -> String? {
        guard let record = records.first, records.count == 1 else { return "\(records.count) records of one request" }
        guard door.events.contains(record.event) else { return "recorded as \(record.event.rawValue)" }
        guard record.status == answer.status else { return "recorded with status \(record.status ?? 0)" }
        switch expected {
        case .refused(let reason), .refusedLike(_, let reason):
            let isDenied = record.outcome == .denied && record.reason == .refusal(reason)
            return isDenied ? nil : "refused, but not for \(reason.rawValue)"
        case .unread:
            let isUnread = record.outcome == .denied && record.reason == .refusal(.bodyMalformed)
            return isUnread ? nil : "recorded as \(record.reason?.name ?? record.outcome.rawValue)"
        case .ignored:
            return record.outcome == .allowed ? nil : "recorded as \(record.outcome.rawValue)"
        }
    }
}

extension Answer {
    /// Everything an attacker can compare between two answers, but for what differs between any two.
    var withoutTransaction: [String] {
        let transactionID = header(HeaderName.transactionID) ?? ""
        let fields = headers.map { "\($0.name.lowercased()): \($0.value)" }.filter {
            !$0.hasPrefix("date:") && !$0.hasPrefix("\(HeaderName.transactionID):")
        }
        let text = String(decoding: body, as: UTF8.self)
        return ["\(status)"] + fields + [transactionID.isEmpty ? text : text.replacing(transactionID, with: "")]
    }
}
