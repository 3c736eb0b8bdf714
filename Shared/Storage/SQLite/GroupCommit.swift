import DequeModule
import Dispatch
import GRDB
import Synchronization

/// The one writer: writes that arrive while a commit is under way share the next one.
///
/// Flushing to disk is what a write costs, and one flush can carry many. The first write to arrive starts the drain at
/// once, so a lone write never waits for company; those that come while the disk is busy form the next batch. Each body
/// runs in a savepoint of its own, and nobody is answered before the COMMIT: no caller ever acts on a write that a
/// power cut could take back.
///
/// Constraints are checked by the statement that breaks them. A migration must not declare one `DEFERRED`: it would
/// break the COMMIT of everybody in the batch.
final class GroupCommit: Sendable {
    /// Bounds how long the first of a batch waits for the last.
    static let batchMax = 256

    private struct State {
        var waiting: Deque<GroupedWrite> = []
        var isDraining = false
        var isClosed = false
    }

    private let queue = DispatchQueue(label: "gatehouse.storage.writes")
    private let writer: Writer
    private let connection: @Sendable (GRDB.Database) -> SQLiteConnection
    private let state = Mutex(State())
    private let commits = Atomic<Int>(0)

    init(_ writer: Writer, connection: @escaping @Sendable (GRDB.Database) -> SQLiteConnection) {
        self.writer = writer
        self.connection = connection
    }

    var commitCount: Int { commits.load(ordering: .relaxed) }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func append(_ write: GroupedWrite) {
        let isAccepted = state.withLock { state in
            guard !state.isClosed else { return false }
            state.waiting.append(write)
            if !state.isDraining {
                state.isDraining = true
                queue.async { self.drain() }
            }
            return true
        }
        if !isAccepted { write.refuse(StorageError.closed) }
    }

    /// Refuses later writes and returns when those waiting have been answered.
    func close() async {
        state.withLock { $0.isClosed = true }
        // The queue is serial: this comes after the drain that is under way.
        await withCheckedContinuation { done in
            queue.async { done.resume() }
        }
        writer.close()
    }

    private func drain() {
        while true {
            let batch = nextBatch()
            guard !batch.isEmpty else { return }
            commit(batch)
        }
    }

    private func nextBatch() -> [GroupedWrite] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.batchMax))
            state.waiting.removeFirst(batch.count)
            state.isDraining = !batch.isEmpty
            return batch
        }
    }

    private func commit(_ batch: [GroupedWrite]) {
        do {
            let answers = try writer.withConnection { try run(batch, on: connection($0)) }
            commits.add(1, ordering: .relaxed)
            for answer in answers { answer() }
            writer.copyLogIfLong()
        } catch {
            for write in batch { write.refuse(error) }
        }
    }

    /// Gives what is to be answered, now that all of it is durable.
    private func run(_ batch: [GroupedWrite], on connection: SQLiteConnection) throws -> [GroupedWrite.Answer] {
        do {
            try connection.control("BEGIN IMMEDIATE")
            let answers = try batch.map { try $0.run(connection) }
            try connection.control("COMMIT")
            return answers
        } catch {
            // On a full disk SQLite may have rolled back by itself; then there is nothing left to roll back.
            try? connection.control("ROLLBACK")
            throw error
        }
    }
}

/// A body waiting for its turn, and its caller waiting for the answer. Exactly one answer is given.
struct GroupedWrite: Sendable {
    typealias Answer = () -> Void

    /// Runs the body; the answer is kept until the commit. Throws only if the whole batch is lost.
    let run: @Sendable (SQLiteConnection) throws -> Answer
    /// Answers that nothing was written.
    let refuse: @Sendable (any Error) -> Void

    init<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> T,
        for caller: CheckedContinuation<T, any Error>
    ) {
        run = { connection in
            try connection.control("SAVEPOINT body")
            let outcome = Result { try body(connection) }
            let actions = connection.actions.takeAll()
            try connection.requireTransaction()
            // Nobody writes to a damaged file for having been in the same batch.
            if outcome.isOfDamagedFile { _ = try outcome.get() }
            if case .failure = outcome { try connection.control("ROLLBACK TO body") }
            try connection.control("RELEASE body")
            return {
                if case .success = outcome { for action in actions { action() } }
                caller.resume(with: outcome)
            }
        }
        refuse = { caller.resume(throwing: $0) }
    }
}
