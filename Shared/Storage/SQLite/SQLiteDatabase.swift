import Foundation
import GRDB

/// The embedded engine: one file in WAL mode, one connection that writes, a few that read.
///
/// The file, its `-wal` and its `-shm` belong together: copy or move them only after ``close()``.
public final class SQLiteDatabase: Database {
    private let file: SQLiteFile
    private let texts: StatementTexts
    private let writes: GroupCommit
    private let reads: ReadPool

    /// Opens or creates the file (mode 0600, a missing folder 0700) and brings its schema up to date.
    ///
    /// - Takes: a path to a file; all migrations ever released, oldest first.
    /// - Refuses: `StorageError.cannotOpen`, `corrupt`, `unwritable`, `busy` for the file; `migrationChanged`,
    ///   `migrationFailed`, `migrationUnknown` for its schema.
    public static func open(path: String, migrations: [Migration]) async throws -> SQLiteDatabase {
        try await open(SQLiteFile(path: path), migrations: migrations)
    }

    static func open(_ file: SQLiteFile, migrations: [Migration]) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(file)
        do {
            try await database.transaction { try migrations.apply(on: $0) }
        } catch {
            await database.close()
            throw error
        }
        return database
    }

    private init(_ file: SQLiteFile) throws {
        let writer = try file.open()
        let texts = StatementTexts()
        self.file = file
        self.texts = texts
        let readerCount = min(max(2, ProcessInfo.processInfo.activeProcessorCount), 8)
        reads = try ReadPool(count: readerCount) { try file.openReader() }
        writes = GroupCommit(Writer(writer, file: file, reads: reads)) {
            SQLiteConnection(db: $0, file: file, texts: texts, mayWrite: true)
        }
    }

    /// Commits so far: how well writes are grouped, for tests and metrics.
    public var commitCount: Int { writes.commitCount }

    /// Writes waiting for the next batch: how far the disk is behind.
    public var waitingCount: Int { writes.waitingCount }

    public func read<T: Sendable>(_ body: @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try reads.withConnection { db in
            let connection = SQLiteConnection(db: db, file: file, texts: texts, mayWrite: false)
            try connection.control("BEGIN DEFERRED")
            defer { try? connection.control("ROLLBACK") }
            return try body(connection)
        }
    }

    @discardableResult
    public func transaction<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { writes.append(GroupedWrite(body, for: $0)) }
    }

    public func close() async {
        // The writer last: the last connection to leave writes the log back into the file and removes it.
        reads.close()
        await writes.close()
    }
}
