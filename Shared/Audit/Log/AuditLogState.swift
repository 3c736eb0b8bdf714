import Synchronization
public import Tokens

/// How a log is doing; for whoever watches it.
public struct AuditLogState: Sendable, Equatable {
    /// The number of the last record that is on the disk.
    public internal(set) var sequence: Int64 = 0
    /// The number of the last record that a head covers.
    public internal(set) var headSequence: Int64 = 0
    /// When the last head was signed.
    public internal(set) var headAt: NumericDate?
    /// Since when the disk takes no records: nothing is issued until it does.
    public internal(set) var unwritableSince: NumericDate?
    /// Since when no head can be written, while records can.
    public internal(set) var headsUnwritableSince: NumericDate?
    /// Since when files cannot be removed that are old enough.
    public internal(set) var retentionFailingSince: NumericDate?
    /// Records that wait for the disk.
    public internal(set) var waitingCount = 0
    /// For how long the first of those has been waiting for whose record an answer waits.
    public internal(set) var oldestWait: Duration = .zero

    /// As `/ops/audit` answers it.
    public var document: JSONObject {
        func date(_ date: NumericDate?) -> JSONValue { date.map { .integer($0.secondsSinceEpoch) } ?? .null }
        return [
            "seq": .integer(sequence), "headSeq": .integer(headSequence), "headAt": date(headAt),
            "unwritableSince": date(unwritableSince), "headsUnwritableSince": date(headsUnwritableSince),
            "retentionFailingSince": date(retentionFailingSince), "waiting": .integer(Int64(waitingCount)),
            "oldestWaitMilliseconds": .integer(Int64(oldestWait / .milliseconds(1))),
        ]
    }
}

/// The state, written by the log's thread and read by any.
final class AuditStatus: Sendable {
    private let state: Mutex<AuditLogState>

    init(_ state: AuditLogState) { self.state = Mutex(state) }

    var current: AuditLogState { state.withLock { $0 } }

    func change(_ change: (inout AuditLogState) -> Void) { state.withLock { change(&$0) } }
}
