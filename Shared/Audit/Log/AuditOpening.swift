import Tokens

extension AuditLog {
    /// How the log was found, for the record of the start.
    ///
    /// Whoever can write to the folder while the service is stopped cannot make its next start sign for what was done: the record
    /// says it, and that record is signed.
    public struct Opening: Sendable, Equatable {
        /// The number of the last record that was there.
        public let sequence: Int64
        /// Of half a line, which a kill has left, and which is gone now.
        public let cutBytes: Int64
        /// Of the last signed head, where that is more than there are records: somebody has cut off the end.
        public let missingUntil: Int64?
        /// The first record that somebody else has written: behind the head of a stop, or in place of the last one that was signed.
        public let unsignedFrom: Int64?
        /// Whether there were records and no head that any of the keys has signed: somebody has taken them away.
        public let isHeadMissing: Bool

        /// Whether nothing has happened to it since it was signed, as far as its end can tell.
        public var isAsSigned: Bool { missingUntil == nil && unsignedFrom == nil && !isHeadMissing }

        /// As the record of a start says it.
        public var details: [String: String] {
            var details = [AuditDetail.lastSeq.rawValue: String(sequence)]
            if cutBytes > 0 { details[AuditDetail.cutBytes.rawValue] = String(cutBytes) }
            if let missingUntil { details[AuditDetail.missingUntil.rawValue] = String(missingUntil) }
            if let unsignedFrom { details[AuditDetail.unsignedFrom.rawValue] = String(unsignedFrom) }
            if isHeadMissing { details[AuditDetail.headsMissing.rawValue] = "true" }
            return details
        }
    }
}

extension AuditLog.Opening {
    init(_ tail: AuditTail, _ head: AuditHeadClaims?) {
        let chain = tail.chain
        sequence = chain.sequence
        cutBytes = tail.cutBytes
        isHeadMissing = head == nil && chain.sequence > 0
        let signed = head?.lastSequence ?? 0
        missingUntil = signed > chain.sequence ? signed : nil
        unsignedFrom =
            if let head, signed == chain.sequence, head.hash != Base64URL.encode(chain.hash) {
                signed
            } else if let head, head.isClosed, signed < chain.sequence {
                signed + 1
            } else {
                nil
            }
    }
}
