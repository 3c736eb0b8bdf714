import Foundation
import Testing

@testable import Storage

@Suite("SQLite file: durable, private, and refused when it is not one")
struct SQLiteFileTests {
    @Test func `closing leaves one file`() async throws {
        try await withFolder { folder in
            let database = try await open(folder + "/test.sqlite")
            try await database.add("ada")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
            await database.close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["test.sqlite"])
        }
    }

    @Test func `what was acknowledged is there after a kill`() async throws {
        try await withFolder { folder in
            let database = try await open(folder + "/live.sqlite")
            try await database.add("ada")
            // What a killed process leaves: the file and its log, and nobody who tidied up.
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(
                    atPath: folder + "/live.sqlite" + suffix,
                    toPath: folder + "/killed.sqlite" + suffix
                )
            }
            try await expectNames(["ada"], in: folder + "/killed.sqlite")
            await database.close()
        }
    }

    @Test func `a log cut off within its last commit loses that commit only`() async throws {
        try await withFolder { folder in
            let database = try await open(folder + "/live.sqlite")
            try await database.add("ada")
            try await database.add("bea")
            for suffix in ["", "-wal"] {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/live.sqlite" + suffix))
                let kept = suffix.isEmpty ? bytes : bytes.dropLast(100)
                try kept.write(to: URL(fileURLWithPath: folder + "/cut.sqlite" + suffix))
            }
            try await expectNames(["ada"], in: folder + "/cut.sqlite")
            await database.close()
        }
    }

    @Test func `every commit is flushed, and foreign keys are on`() async throws {
        try await withFolder { folder in
            let database = try await open(folder + "/test.sqlite")
            let settings = try await database.transaction { connection in
                try ["journal_mode", "synchronous", "foreign_keys"].map {
                    try connection.query("PRAGMA \($0)")[0].values
                }
            }
            #expect(settings == [[.text("wal")], [.integer(2)], [.integer(1)]])
            await database.close()
        }
    }

    @Test func `the file, its log and its index are mode 0600, a new folder 0700`() async throws {
        try await withFolder { folder in
            let path = folder + "/new/deeper/test.sqlite"
            let database = try await open(path)
            try await database.add("ada")
            #expect(try mode(folder + "/new") == 0o700)
            #expect(try mode(folder + "/new/deeper") == 0o700)
            for suffix in ["", "-wal", "-shm"] { #expect(try mode(path + suffix) == 0o600) }
            await database.close()
        }
    }

    @Test func `a file others could read is taken from them`() async throws {
        try await withFolder { folder in
            let path = folder + "/test.sqlite"
            try #require(FileManager.default.createFile(atPath: path, contents: nil))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            await (try open(path)).close()
            #expect(try mode(path) == 0o600)
        }
    }

    @Test(arguments: [1, 100, 5000])
    func `a file that is no database is refused and left as it is`(size: Int) async throws {
        try await withFolder { folder in
            let path = folder + "/notes.txt"
            let text = Data(repeating: UInt8(ascii: "x"), count: size)
            try #require(FileManager.default.createFile(atPath: path, contents: text))
            await #expect(throws: StorageError.corrupt(path: path)) { try await open(path) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
        }
    }

    @Test func `a damaged database is refused`() async throws {
        try await withFolder { folder in
            let path = folder + "/test.sqlite"
            await (try open(path)).close()
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes.replaceSubrange(100..<4096, with: Data(repeating: 0xEE, count: 3996))
            try bytes.write(to: URL(fileURLWithPath: path))
            await #expect(throws: StorageError.corrupt(path: path)) { try await open(path) }
        }
    }

    @Test func `a path that cannot be a file is refused with its name and a way out`() async throws {
        try await withFolder { folder in
            try #require(FileManager.default.createFile(atPath: folder + "/file", contents: nil))
            // A folder, a file where a folder should be, a place where not even root may create one.
            for path in [folder, folder + "/file/test.sqlite", "/proc/gatehouse/test.sqlite", "/proc/test.sqlite"] {
                let error = await #expect(throws: StorageError.self) { try await open(path) }
                guard case .cannotOpen(path, _) = error else {
                    Issue.record("expected cannotOpen, got \(String(describing: error))")
                    continue
                }
                #expect(error?.description.contains("name a path in a folder that this user may write") == true)
            }
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func `a read-only folder is refused`() async throws {
        try await withFolder { folder in
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
            await #expect(throws: StorageError.self) { try await open(folder + "/test.sqlite") }
        }
    }

    private func open(_ path: String) async throws -> SQLiteDatabase {
        try await SQLiteDatabase.open(path: path, migrations: [.accounts])
    }

    private func expectNames(_ names: [String], in path: String) async throws {
        let database = try await open(path)
        #expect(try await database.names() == names)
        await database.close()
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
