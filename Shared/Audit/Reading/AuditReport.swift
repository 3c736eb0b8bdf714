public import Tokens

/// What a verification of one service's log has found.
public struct AuditReport: Sendable, Equatable {
    /// Whose log it is.
    public let service: String
    /// Of records that were found good, from the first to the first bad one.
    public internal(set) var recordCount: Int64 = 0
    /// Of files of records that are there.
    public internal(set) var fileCount = 0
    /// The first and the last of them; nil where there is none.
    public internal(set) var sequences: ClosedRange<Int64>?
    /// The last head that the key has signed.
    public internal(set) var lastHead: AuditHeadClaims?
    /// That key: whoever knows it from elsewhere knows whose log this is.
    public internal(set) var lastKey: KeyThumbprint?
    /// Records behind that head: they could be cut off and nobody would know.
    public internal(set) var uncoveredCount: Int64 = 0
    /// From that head to the last record.
    public internal(set) var uncoveredSeconds: Int64 = 0
    /// Of half a line at the end: a write that is under way, or was interrupted by a kill.
    public internal(set) var halfLineBytes: Int64 = 0
    /// The first thing that is wrong; nil for a log that is whole.
    public internal(set) var finding: AuditFinding?

    init(service: String) { self.service = service }
}

/// What is wrong with a log, and where it begins.
public struct AuditFinding: Sendable, Equatable, CustomStringConvertible {
    /// What somebody did, as far as its traces tell.
    public enum Kind: String, Sendable, CaseIterable {
        /// A line is not what it was when it was written.
        case edited
        /// A line stands there that was not written there.
        case inserted
        /// Records stand behind the last one of a stop: nobody was there to write them.
        case appended
        /// A record is missing between two others.
        case removed
        /// Records stand in another order.
        case reordered
        /// Records are missing at the end: a head says that there were more.
        case tailCutOff
        /// A whole file is missing, at the beginning or between two others.
        case fileMissing
        /// The chain is whole, and another one than the head's: it was written anew.
        case rewritten
        /// There is no head at all, or there was none when the service was started.
        case headsMissing
        /// A head is none, or nobody knows the key that signed it.
        case headNotSigned
    }

    /// What it looks like.
    public let kind: Kind
    /// The path: of the log, or of the heads where those are wrong.
    public let file: String
    /// From 1; nil where it is the file that is wrong.
    public let line: Int?
    /// The number of the record; nil where it is a head that is wrong.
    public let sequence: Int64?

    /// For a log: what, where, which record.
    public var description: String {
        var text = "\(kind.rawValue): \(file)"
        if let line { text += ", line \(line)" }
        if let sequence { text += ", record \(sequence)" }
        return text
    }
}
