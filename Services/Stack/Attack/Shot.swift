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

/// A shot, judged by the answer outside and by what the service has written down inside.
struct Outcome: Sendable {
    let attack: String
    let door: Door
    /// What the attacker reads.
    let outside: String
    /// What the log of the service says about it.
    let inside: String
    /// What is not as it should be; nil where the attack has come to nothing.
    let failure: String?

    init(_ shot: Shot, of attack: String, reasons: [String]) {
        self.attack = attack
        door = shot.door
        outside = shot.door.outside(shot.answer)
        switch shot.expected {
        case .refused(let refusal):
            inside = reasons.first ?? "nothing"
            failure = Self.failure(shot, refusal, reasons)
        case .refusedLike(let nonsense, let refusal):
            inside = reasons.first ?? "nothing"
            let differs = shot.answer.withoutTransaction != nonsense.withoutTransaction
            failure = Self.failure(shot, refusal, reasons) ?? (differs ? "it is not answered as nonsense is" : nil)
        case .unread:
            let isUnread = shot.answer.status == 400 && shot.answer.body.isEmpty && reasons.isEmpty
            inside = isUnread ? "no request was read" : reasons.first ?? "nothing"
            failure = isUnread ? nil : "IT WAS READ AS A REQUEST"
        case .ignored(let genuine):
            inside = reasons.first ?? "ignored"
            let differs = shot.answer.withoutTransaction != genuine.withoutTransaction
            failure = differs ? "it changed the answer" : nil
        }
    }

    /// The reason that was found first is the exact one; what the answer shows is the wire code of the last, which may be vaguer.
    private static func failure(_ shot: Shot, _ expected: Refusal, _ reasons: [String]) -> String? {
        guard let last = reasons.last.flatMap(Refusal.init(rawValue:)), shot.door.isRefusal(shot.answer, for: last)
        else {
            return "IT GOT THROUGH, or is refused in other words than it should be"
        }
        return reasons.first == expected.rawValue ? nil : "refused, but not for \(expected.rawValue)"
    }
}

extension Answer {
    /// Everything an attacker can compare between two answers, but for what differs between any two.
    fileprivate var withoutTransaction: [String] {
        let transactionID = header(HeaderName.transactionID) ?? ""
        let fields = headers.map { "\($0.name.lowercased()): \($0.value)" }.filter {
            !$0.hasPrefix("date:") && !$0.hasPrefix("\(HeaderName.transactionID):")
        }
        let text = String(decoding: body, as: UTF8.self)
        return ["\(status)"] + fields + [transactionID.isEmpty ? text : text.replacing(transactionID, with: "")]
    }
}
