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

    private let count: Int
    private let open: @Sendable () throws -> DatabaseQueue
    private let state: Mutex<State>
    private let idleCount: DispatchSemaphore
    /// Who waits for all connections waits alone: two who each have some would wait for each other for ever.
    private let wantingAll = Mutex(())

    init(count: Int, open: @escaping @Sendable () throws -> DatabaseQueue) throws {
        self.count = count
        self.open = open
        state = Mutex(State(idle: try (0..<count).map { _ in try open() }))
        idleCount = DispatchSemaphore(value: count)
    }

    /// Lends a connection to the body; the one used last first, as its pages and statements are warm.
    func withConnection<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        idleCount.wait()
        defer { idleCount.signal() }
        let idle = try state.withLock { state in
            guard !state.isClosed else { throw StorageError.closed }
            return state.idle.popLast()
        }
        let connection = try idle ?? open()
        let outcome = Result { try connection.inDatabase(body) }
        if outcome.isOfDamagedFile {
            // It keeps the damaged pages in memory, and would find a file damaged that is whole again.
            try? connection.close()
        } else {
            state.withLock { $0.idle.append(connection) }
        }
        return try outcome.get()
    }

    /// Runs `body` while no connection is open. Reads wait for it, and open new ones.
    func withoutConnections<T: Sendable>(_ body: () throws -> T) rethrows -> T {
        try wantingAll.withLock { _ in
            for _ in 0..<count { idleCount.wait() }
            defer { for _ in 0..<count { idleCount.signal() } }
            let connections = state.withLock { state in
                defer { state.idle = [] }
                return state.idle
            }
            for connection in connections { try? connection.close() }
            return try body()
        }
    }

    /// Refuses later reads, and waits for those under way.
    func close() {
        state.withLock { $0.isClosed = true }
        withoutConnections {}
    }
}

extension Result where Failure == any Error {
    /// A body has read pages that are none of a database.
    var isOfDamagedFile: Bool {
        guard case .failure(StorageError.corrupt) = self else { return false }
        return true
    }
}
