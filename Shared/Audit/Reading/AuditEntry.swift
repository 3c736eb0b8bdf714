public import Tokens

/// One record as it stands in a log: its number in its service's chain, and what it says.
public struct AuditEntry: Sendable, Equatable {
    /// From 1, without a gap.
    public let sequence: Int64
    /// What it says.
    public let record: AuditRecord
    /// The line as it was written, `seq` and `hash` included; for export.
    public let document: JSONObject
}

extension AuditEntry {
    /// Nil for a line that is none of ours.
    init?(_ line: [UInt8]) {
        guard let line = AuditLine(line), let record = try? AuditRecord(reading: line.document) else { return nil }
        self.init(sequence: line.sequence, record: record, document: line.document)
    }
}

/// Which records somebody looks for: those that meet every condition that is set.
public struct AuditFilter: Sendable, Equatable {
    /// The request.
    public var transactionID: String?
    /// The user, or the client that asks for itself: of the decision, or of a token in it.
    public var subject: String?
    /// Of the decision, or of a token in it; a service among the actors counts too.
    public var clientID: String?
    /// Who decided.
    public var service: String?
    /// What was decided about.
    public var event: AuditEvent?
    /// How it was decided.
    public var outcome: AuditOutcome?
    /// Why.
    public var reason: AuditReason?
    /// `jti` or fingerprint of a token that was presented, issued or revoked.
    public var tokenID: String?
    /// Milliseconds since 1970, this one included.
    public var since: Int64?
    /// Milliseconds since 1970, this one not.
    public var until: Int64?

    /// Every record.
    public init() {}

    /// Whether a record meets all of them.
    public func matches(_ record: AuditRecord) -> Bool {
        transactionID.allows { $0 == record.trace.transactionID }
            && service.allows { $0 == record.service }
            && event.allows { $0 == record.event }
            && outcome.allows { $0 == record.outcome }
            && reason.allows { $0 == record.reason }
            && since.allows { $0 <= record.time }
            && until.allows { $0 > record.time }
            && subject.allows { subject in
                subject == record.subject || record.tokens.contains { $0.subject == subject }
                    || record.revoked.contains(.subject(subject))
            }
            && clientID.allows { clientID in
                clientID == record.clientID || record.revoked.contains(.client(clientID))
                    || record.tokens.contains { $0.clientID == clientID || $0.actors.contains(clientID) }
            }
            && tokenID.allows { tokenID in
                record.tokens.contains { $0.tokenID == tokenID } || record.revoked.contains(.token(tokenID))
            }
    }
}

extension AuditRecord {
    fileprivate var tokens: [AuditToken] { presented + issued }
}

extension Optional {
    /// A condition that is not set allows everything.
    fileprivate func allows(_ condition: (Wrapped) -> Bool) -> Bool { map(condition) ?? true }
}
