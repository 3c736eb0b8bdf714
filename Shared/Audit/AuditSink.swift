import Synchronization
public import Tokens

/// Where a service writes its decisions down. A port: `AuditLog` is the adapter that keeps them.
public protocol AuditSink: Sendable {
    /// Takes a record that may trail: it is durable soon after.
    ///
    /// - Throws: `DependencyUnavailable` when no more can be taken without losing one.
    func record(_ record: AuditRecord) throws(DependencyUnavailable)

    /// Takes a record, and comes back when it is durable.
    ///
    /// - Throws: `DependencyUnavailable` when it is not.
    func recordDurably(_ record: AuditRecord) async throws(DependencyUnavailable)

    /// Asked before something is done that has to be recorded: what the log cannot keep shall not happen.
    ///
    /// - Throws: `DependencyUnavailable` while the last write has failed.
    func requireWritable() throws(DependencyUnavailable)

    /// How it is doing.
    var state: AuditLogState { get }
}

extension AuditSink {
    /// Nothing to tell: what is not on a disk cannot fall behind it.
    public var state: AuditLogState { AuditLogState() }
}

/// Keeps records in memory; for tests, and for services that run without files.
public final class AuditMemory: AuditSink {
    private let kept = Mutex<[AuditRecord]>([])

    /// Without a record.
    public init() {}

    /// All of them, the oldest first.
    public var records: [AuditRecord] { kept.withLock { $0 } }

    /// Keeps it.
    public func record(_ record: AuditRecord) { kept.withLock { $0.append(record) } }
    /// Keeps it, as durably as a test needs.
    public func recordDurably(_ record: AuditRecord) async { self.record(record) }
    /// Memory is.
    public func requireWritable() {}
}
