import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// The connection that writes, opened again when what it has written can no longer be trusted.
///
/// A commit is written to the log (`-wal`) and flushed; the log is copied into the database file later. When a flush
/// fails, the kernel says so once, takes the pages for written although they never reached the disk, and the *next*
/// flush succeeds: PostgreSQL learned that in 2018. So nothing may be believed because of a second flush of the same
/// write.
///
/// - **The flush of a commit fails:** the commit is refused, and the connection stays. SQLite rolls it back, and the next
///   commit writes all its pages anew, in the same place of the log. Opening anew would be wrong: the failed commit lies
///   whole in the kernel's memory, and would be read back as made.
/// - **The flush of a copy fails:** every connection is closed, and the log kept. SQLite remembers how far it has copied,
///   also where readers let it copy a part only, which it flushes with the rest; it would believe the next flush, and
///   write over a log whose copy never reached the disk. Opened anew, it copies all of the log again. Its own
///   `wal_autocheckpoint` tells nobody of such a failure, so copies are made here.
/// - **The process is killed:** the next one copies and flushes the log before anything builds on it
///   (``SQLiteFile/open()``), as its last commits may be in the kernel's memory alone.
///
/// Left open: a second process that has the file open keeps SQLite from forgetting how far it has copied. One process
/// per file is a rule of the house.
final class Writer: Sendable {
    private struct Opening {
        let connection: DatabaseQueue
        let log: FileIdentity?
        /// A copy failed, the file turned out damaged, or the log is gone.
        var isDoubtful = false
    }

    private let file: SQLiteFile
    private let reads: ReadPool
    private let database: FileIdentity?
    /// Nil when opening anew failed; the next write tries again.
    private let opening: Mutex<Opening?>

    init(_ connection: DatabaseQueue, file: SQLiteFile, reads: ReadPool) {
        self.file = file
        self.reads = reads
        database = FileIdentity(path: file.path)
        opening = Mutex(Opening(connection: connection, log: FileIdentity(path: file.logPath)))
    }

    /// Runs the body on a connection whose commits the next opening will find. Not for two callers at once.
    ///
    /// - Refuses: what the body throws; `StorageError.unwritable` and others as long as no such connection can be had.
    func withConnection<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        let connection = try trustworthyConnection()
        let outcome = Result { try connection.inDatabase(body) }
        if outcome.isOfDamagedFile { doubt(connection) }
        return try outcome.get()
    }

    /// Copies a log that has become long into the database, so that it begins again from its start.
    ///
    /// - Precondition: a commit was made just before. (What a failed one left in the log must be written over before
    ///   anything can lead to its being read again.)
    func copyLogIfLong() {
        guard let connection = opening.withLock({ $0?.connection }) else { return }
        do {
            try connection.inDatabase { db in
                guard Self.pagesWritten(db, restart: false) >= file.logPagesMax else { return }
                _ = Self.pagesWritten(db, restart: true)
                try db.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
            }
        } catch {
            doubt(connection)
        }
    }

    func close() { try? opening.withLock { $0?.connection }?.close() }

    /// From now on this connection writes nothing more, and leaves its log behind however it ends: closing copies what is
    /// left of it, and would believe the flush.
    private func doubt(_ connection: DatabaseQueue) {
        opening.withLock { $0?.isDoubtful = true }
        connection.inDatabase { db in
            var isKept: CInt = 1
            sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &isKept)
        }
    }

    /// The open connection, or another in its place.
    ///
    /// Commits to a log that somebody has deleted are flushed and acknowledged like any other, and gone with the process.
    /// What is in it can still be saved: it is copied into the database from the descriptor that is open.
    private func trustworthyConnection() throws -> DatabaseQueue {
        guard FileIdentity(path: file.path) == database else {
            throw StorageError.unwritable(path: file.path, reason: "it was moved or deleted while it was open")
        }
        let current = opening.withLock { $0 }
        if let current, !current.isDoubtful, FileIdentity(path: file.logPath) == current.log {
            return current.connection
        }
        return try reads.withoutConnections {
            if let current { try closeWithCopy(current.connection) }
            opening.withLock { $0 = nil }
            let connection = try file.open()
            opening.withLock { $0 = Opening(connection: connection, log: FileIdentity(path: file.logPath)) }
            return connection
        }
    }

    private func closeWithCopy(_ connection: DatabaseQueue) throws {
        doubt(connection)
        do {
            try connection.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
            try connection.close()
        } catch {
            throw file.explain(error)
        }
    }

    /// Pages that this connection has written to the log since the count began again.
    private static func pagesWritten(_ db: GRDB.Database, restart: Bool) -> Int {
        var (count, peak) = (CInt(0), CInt(0))
        sqlite3_db_status(db.sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &count, &peak, restart ? 1 : 0)
        return Int(count)
    }
}

/// What stands under a name, whatever it is called.
private struct FileIdentity: Equatable {
    let device: UInt64
    let inode: UInt64

    /// Nil if nothing is there.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}
