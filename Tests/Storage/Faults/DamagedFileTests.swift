import Foundation
import Testing

@testable import Storage

@Suite("Files that somebody else damages, moves or deletes while they are open")
struct DamagedFileTests {
    @Test func `a log deleted while it is open is saved, and begun anew`() async throws {
        try await withDatabase { database, path in
            try await database.add("ada")
            try FileManager.default.removeItem(atPath: path + "-wal")
            try await database.add("bea")
            #expect(try await database.names() == ["ada", "bea"])
            #expect(try await namesAfterKill(path) == ["ada", "bea"])
        }
    }

    @Test func `a log that another has taken the place of is saved too`() async throws {
        try await withDatabase { database, path in
            try await database.add("ada")
            try FileManager.default.moveItem(atPath: path + "-wal", toPath: path + "-elsewhere")
            try #require(FileManager.default.createFile(atPath: path + "-wal", contents: Data("no log".utf8)))
            try await database.add("bea")
            #expect(try await namesAfterKill(path) == ["ada", "bea"])
        }
    }

    @Test func `while the database is away writes are refused, and go on when it is back`() async throws {
        try await withDatabase { database, path in
            try await database.add("ada")
            try FileManager.default.moveItem(atPath: path, toPath: path + "-elsewhere")
            let reason = "it was moved or deleted while it was open"
            let refusal = StorageError.unwritable(path: path, reason: reason)
            await #expect(throws: refusal) { try await database.add("bea") }
            try #require(FileManager.default.createFile(atPath: path, contents: nil))
            await #expect(throws: refusal) { try await database.add("cyd") }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: path + "-elsewhere", toPath: path)
            try await database.add("dan")
            #expect(try await namesAfterKill(path) == ["ada", "dan"])
        }
    }

    @Test func `a file damaged while it is open refuses who reads the damage, and works when it is whole again`()
        async throws
    {
        try await withDatabase(closedFirst: ["ada"]) { database, path in
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            try overwrite(path, Data(repeating: 0xEE, count: whole.count - 4_096), at: 4_096)
            await #expect(throws: StorageError.corrupt(path: path)) { try await database.names() }
            await #expect(throws: StorageError.corrupt(path: path)) { try await database.add("bea") }
            try overwrite(path, whole, at: 0)
            #expect(try await database.names() == ["ada"])
            try await database.add("cyd")
            #expect(try await namesAfterKill(path) == ["ada", "cyd"])
        }
    }

    @Test func `a damaged file is refused when it is opened, and opens when it is whole again`() async throws {
        try await withFolder { folder in
            let path = folder + "/test.sqlite"
            await (try open(path)).close()
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            try overwrite(path, Data(repeating: 0xEE, count: whole.count - 100), at: 100)
            await #expect(throws: StorageError.corrupt(path: path)) { try await open(path) }
            try overwrite(path, whole, at: 0)
            await (try open(path)).close()
        }
    }

    private func open(_ path: String) async throws -> SQLiteDatabase {
        try await SQLiteDatabase.open(path: path, migrations: [.accounts])
    }

    /// Lends a database; what it is to hold from the start is not in the log any more.
    private func withDatabase(
        closedFirst names: [String] = [],
        _ body: (SQLiteDatabase, String) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            let path = URL(fileURLWithPath: folder + "/test.sqlite").path
            let first = try await open(path)
            for name in names { try await first.add(name) }
            await first.close()
            let database = try await open(path)
            try await body(database, path)
            await database.close()
        }
    }

    /// What the next process finds if this one is killed now: the two files, and nobody who tidied up.
    private func namesAfterKill(_ path: String) async throws -> [String] {
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: path + ".killed" + suffix)
        }
        let database = try await open(path + ".killed")
        let names = try await database.names()
        await database.close()
        return names
    }

    private func overwrite(_ path: String, _ bytes: Data, at offset: UInt64) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: bytes)
    }
}
