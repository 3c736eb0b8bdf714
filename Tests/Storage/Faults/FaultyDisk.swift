#if os(Linux)
    import CFaultyDisk
    import Foundation

    @testable import Storage

    /// The folder of a test, on a disk of its own: it fails on demand, and its power can be cut.
    final class FaultyDisk: Sendable {
        enum Operation {
            case flush, write
        }

        private let folder: String
        /// What is on the disk, whatever the kernel remembers.
        private let image: String

        private init() throws {
            let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            folder = parent.appending(path: "storage-\(UUID().uuidString)").path
            image = folder + "-image"
            for path in [folder, image] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            faulty_disk_insert(folder, image)
        }

        deinit {
            faulty_disk_remove(folder)
            for path in [folder, image] { try? FileManager.default.removeItem(atPath: path) }
        }

        /// Lends a new disk with a database on it.
        ///
        /// - Parameter logPagesMax: how soon the log is copied into the database.
        static func withDatabase(
            logPagesMax: Int = 1_000,
            _ body: (FaultyDisk, SQLiteDatabase) async throws -> Void
        ) async throws {
            let disk = try FaultyDisk()
            let database = try await disk.open(logPagesMax: logPagesMax)
            try await body(disk, database)
            disk.repair()
            await database.close()
        }

        var file: SQLiteFile { SQLiteFile(path: folder + "/test.sqlite") }

        func open(logPagesMax: Int = 1_000) async throws -> SQLiteDatabase {
            var file = file
            file.logPagesMax = logPagesMax
            return try await SQLiteDatabase.open(file, migrations: [.accounts])
        }

        /// From now on the operation fails for the files whose name ends so.
        func fail(_ operation: Operation, of suffix: String, with code: Int32 = EIO) {
            faulty_disk_fail(folder, suffix, operation == .flush ? faulty_flush : faulty_write, code)
        }

        /// From now on all is well again, but for what was lost.
        func repair() {
            for operation in [Operation.flush, .write] { fail(operation, of: "", with: 0) }
        }

        var failureCount: Int { Int(faulty_disk_failure_count(folder)) }

        /// The disk as a process finds it that is started after this one was killed: all that the kernel remembers.
        func afterKill() throws -> FaultyDisk {
            let other = try FaultyDisk()
            try copyDatabase(from: folder, to: other.folder)
            try copyDatabase(from: image, to: other.image)
            return other
        }

        /// The disk after a power cut: what has really reached it.
        func afterPowerCut() throws -> FaultyDisk {
            let other = try FaultyDisk()
            for target in [other.folder, other.image] { try copyDatabase(from: image, to: target) }
            return other
        }

        /// Opens the database, and reads the names in it if it is whole.
        func names() async throws -> [String] {
            let database = try await open()
            let names = try await database.names()
            let findings = try await database.read { connection in
                try connection.query("PRAGMA integrity_check").map { try $0.text("integrity_check") }
            }
            await database.close()
            return findings == ["ok"] ? names : findings
        }

        private func copyDatabase(from source: String, to target: String) throws {
            // The database first: what is copied from the log into it meanwhile is in the log all the same. What was
            // deleted is gone from the image too, though nobody has taken it out of there.
            for name in ["/test.sqlite", "/test.sqlite-wal"]
            where FileManager.default.fileExists(atPath: folder + name) {
                try FileManager.default.copyItem(atPath: source + name, toPath: target + name)
            }
        }
    }
#endif
