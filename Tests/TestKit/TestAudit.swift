public import Audit
import Synchronization
public import Tokens

/// An audit log in memory whose disk can be lost: what has to be durable then is not, what may trail still waits in memory.
public final class TestAudit: AuditSink {
    private struct State {
        var records: [AuditRecord] = []
        var isWritable = true
        /// A disk that fails is noticed at the first write that fails, as in life.
        var isNoticed = true
    }

    private let state = Mutex(State())

    public init() {}

    /// All of them, the oldest first.
    public var records: [AuditRecord] { state.withLock { $0.records } }

    /// From now on nothing can be made durable.
    ///
    /// - Parameter isNoticed: false for a log that learns of it from the next record that has to be durable.
    public func loseDisk(isNoticed: Bool = true) {
        state.withLock { ($0.isWritable, $0.isNoticed) = (false, isNoticed) }
    }

    /// There is room again.
    public func findDisk() { state.withLock { $0.isWritable = true } }

    /// The only record that `body` leaves; nil where there is another number.
    public func onlyRecord(of body: () async throws -> Void) async throws -> AuditRecord? {
        let before = records.count
        try await body()
        let new = records.dropFirst(before)
        return new.count == 1 ? new.first : nil
    }

    public func record(_ record: AuditRecord) { state.withLock { $0.records.append(record) } }

    public func recordDurably(_ record: AuditRecord) async throws(DependencyUnavailable) {
        state.withLock { $0.isNoticed = true }
        try requireWritable()
        self.record(record)
    }

    public func requireWritable() throws(DependencyUnavailable) {
        guard state.withLock({ $0.isWritable || !$0.isNoticed }) else { throw DependencyUnavailable("audit log") }
    }
}
