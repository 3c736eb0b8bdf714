/// Storage: one small SQL interface; the engines behind it are interchangeable and pass one suite of tests.
///
/// Statements are written once for every engine: `$1` parameters, no dialect, constant text (prepared statements are
/// kept by their text, so a value goes into a parameter, never into the text).
public protocol Database: Sendable {
    /// Runs queries on one consistent snapshot.
    ///
    /// - Takes: a body that only queries; it must be short, as it may keep a thread.
    /// - Gives: what the body returns. Every write awaited before is visible.
    /// - Refuses: `StorageError.writeInRead` when the body writes, `.closed` after ``close()``.
    func read<T: Sendable>(_ body: @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// Runs a body that writes, all or nothing, and returns only when its effect is durable.
    ///
    /// Writes of one process run one after the other. Those that wait at the same time share one commit, yet a body
    /// that throws takes back its own statements only. A task cancelled while it waits is answered as if it were not:
    /// a caller who hangs up must not be able to prevent, say, the revocation that its request has just caused.
    ///
    /// - Takes: a body without side effects outside the database; short, as every other write waits for it.
    /// - Gives: what the body returns, committed and flushed to disk.
    /// - Refuses: whatever the body throws, rolled back; `StorageError.closed` after ``close()``; `busy` and `unwritable`
    ///   where it could not be made durable. Nothing of it is there then, but a process killed right after such a refusal
    ///   leaves it in doubt: its successor may find it made. Who tries again must be able to bear that.
    @discardableResult
    func transaction<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// Carries out the writes already waiting, refuses later calls, and closes the connections. May be repeated.
    func close() async
}

/// What a body passed to ``Database`` can do; it must not outlive that body.
public protocol SQLConnection {
    /// Executes one statement that changes something.
    ///
    /// - Takes: one statement, with exactly as many parameters as its highest `$n`.
    /// - Gives: the number of rows changed. A compare-and-swap (`UPDATE … WHERE version = $2`) has won if it is 1.
    /// - Refuses: `StorageError.constraint` when a rule of the schema forbids the change, other cases for faults.
    @discardableResult
    func run(_ sql: String, _ parameters: [any SQLConvertible]) throws -> Int

    /// Executes one statement that gives rows (`SELECT`, `INSERT … RETURNING`).
    ///
    /// - Takes: one statement, with exactly as many parameters as its highest `$n`.
    /// - Gives: all rows, in memory: bound them with `LIMIT`.
    /// - Refuses: as ``run(_:_:)``.
    func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow]

    /// Has `action` run as soon as what this body writes is durable: before its caller is answered, in the order of the
    /// writes, and never where the body or the commit fails.
    ///
    /// - Takes: an action that does not wait: it stands between a commit and the next.
    func afterCommit(_ action: @escaping @Sendable () -> Void)
}

extension SQLConnection {
    /// Executes one statement without parameters and gives the number of rows changed.
    @discardableResult
    public func run(_ sql: String) throws -> Int { try run(sql, []) }

    /// Executes one statement without parameters and gives its rows.
    public func query(_ sql: String) throws -> [SQLRow] { try query(sql, []) }
}
