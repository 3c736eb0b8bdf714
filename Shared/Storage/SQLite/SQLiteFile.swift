import Foundation
import GRDB

/// The database file: who may read it, how connections to it are set up, what its errors mean.
struct SQLiteFile: Sendable {
    /// The smallest database is one page of the smallest size.
    static let sizeBytesMin = 512

    /// Absolute, so that a message names the file whatever the working directory; never `:memory:` or a `file:` URI.
    let path: String
    /// How long a statement waits for another process's lock. GRDB's own default is to fail at once.
    var busyTimeoutMilliseconds = 5_000
    /// Pages in the log from which on it is copied into the database: 4 MB, as SQLite itself does.
    var logPagesMax = 1_000

    var logPath: String { path + "-wal" }

    init(path: String) {
        self.path = URL(fileURLWithPath: path).path
    }

    /// Creates what is missing and opens the one connection that writes.
    ///
    /// One process at a time: two that switch a new file to WAL at once can fail each other with `busy`, whatever the
    /// timeout. The lock is on the folder and ends with its descriptor.
    func open() throws -> DatabaseQueue {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw StorageError.cannotOpen(path: path, reason: "its folder \(folder) cannot be created")
        }
        let lock = Foundation.open(folder, O_RDONLY | O_CLOEXEC)
        guard lock >= 0 else { throw cannotOpen(errno) }
        defer { _ = Foundation.close(lock) }
        while flock(lock, LOCK_EX) != 0 && errno == EINTR {}
        try restrictAccess()
        return try openWriter()
    }

    /// A connection that cannot write, whatever it is asked to run.
    func openReader() throws -> DatabaseQueue {
        do {
            var configuration = configuration
            configuration.readonly = true
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw explain(error)
        }
    }

    /// Says in the words of this interface what GRDB reports; other errors (a body's own) pass unchanged.
    ///
    /// SQLite's messages name tables and columns, never values.
    func explain(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: return StorageError.busy(path: path)
        case .SQLITE_CANTOPEN: return StorageError.cannotOpen(path: path, reason: reason)
        case .SQLITE_CONSTRAINT: return StorageError.constraint(reason)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return StorageError.corrupt(path: path)
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_PERM, .SQLITE_READONLY:
            return StorageError.unwritable(path: path, reason: reason)
        default: return StorageError.statement(reason)
        }
    }

    /// Makes the file this user's alone: creates it so, or takes from others what they could read until now.
    ///
    /// SQLite gives `-wal` and `-shm` the mode of the database, whatever the umask, but would create that one for
    /// everybody: so the file exists before SQLite sees it. An existing file is not opened here: closing any descriptor
    /// of it would drop the locks that SQLite holds on it elsewhere in this process.
    private func restrictAccess() throws {
        let created = Foundation.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard created < 0 else {
            _ = Foundation.close(created)
            return
        }
        guard errno == EEXIST else { throw cannotOpen(errno) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw cannotOpen(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw cannotOpen(EISDIR) }
        // SQLite takes a file of a few bytes for an empty database, and would overwrite somebody's notes.
        guard status.st_size == 0 || status.st_size >= Self.sizeBytesMin else { throw StorageError.corrupt(path: path) }
        guard chmod(path, 0o600) == 0 else { throw cannotOpen(errno) }
    }

    private func openWriter() throws -> DatabaseQueue {
        do {
            var configuration = configuration
            configuration.journalMode = .wal
            let writer = try DatabaseQueue(path: path, configuration: configuration)
            try writer.writeWithoutTransaction { db in
                // GRDB chooses NORMAL with WAL: a power cut could then take back commits already acknowledged.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // On macOS fsync stops at the drive's cache; this goes through it. Without effect elsewhere.
                try db.execute(sql: "PRAGMA fullfsync = ON")
                // `Writer` says why for both.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            return writer
        } catch {
            throw explain(error)
        }
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(busyTimeoutMilliseconds) / 1_000)
        // GRDB ends the process when a transaction is left open, as after a COMMIT that failed on a full disk; here the
        // next write reports it instead.
        configuration.allowsUnsafeTransactions = true
        return configuration
    }

    private func cannotOpen(_ code: Int32) -> StorageError {
        .cannotOpen(path: path, reason: String(cString: strerror(code)))
    }
}
