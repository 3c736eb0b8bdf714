import Dispatch
import GRDB
import Synchronization

/// A few connections that read, each by one thread at a time.
///
/// A read runs on the calling thread: a lookup by key takes some ten microseconds, a hop to another thread and back ten
/// times as long. When all connections are out, the caller's thread waits for one. That cannot deadlock: whoever holds
/// one is running a synchronous body, which cannot wait for anything but the disk. And it is short: there are about as
/// many connections as cores, so hardly anything is waited for but bodies that the kernel has put aside.
final class ReadPool: Sendable {
    private struct State {
        var idle: [DatabaseQueue]
        var isClosed = false
    }

    private let connections: [DatabaseQueue]
    private let state: Mutex<State>
    private let idleCount: DispatchSemaphore

    init(_ connections: [DatabaseQueue]) {
        self.connections = connections
        state = Mutex(State(idle: connections))
        idleCount = DispatchSemaphore(value: connections.count)
    }

    /// Lends a connection to the body; the one used last first, as its pages and statements are warm.
    func withConnection<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        idleCount.wait()
        defer { idleCount.signal() }
        let connection = state.withLock { $0.isClosed ? nil : $0.idle.popLast() }
        guard let connection else { throw StorageError.closed }
        defer { state.withLock { $0.idle.append(connection) } }
        return try connection.inDatabase(body)
    }

    /// Refuses later reads; closing a connection waits for the body that holds it.
    func close() {
        state.withLock { $0.isClosed = true }
        for connection in connections { try? connection.close() }
    }
}
