import Storage
import Testing

@Suite("Group commit: one flush for all who wait, each answered alone")
struct GroupCommitTests {
    @Test func `writes that wait together share a commit`() async throws {
        try await withDatabase { database in
            let before = database.commitCount
            let outcomes = await writeTogether((0..<100).map { "account-\($0)" }, to: database)
            #expect(outcomes.allSatisfy { $0 == nil })
            // One for the write that kept the others waiting, one for all of those.
            #expect(database.commitCount == before + 2)
            let names = try await database.names()
            #expect(names.count == 101)
        }
    }

    @Test func `a lone write has a commit of its own`() async throws {
        try await withDatabase { database in
            let before = database.commitCount
            for name in ["ada", "bea", "cyd"] { try await database.add(name) }
            #expect(database.commitCount == before + 3)
        }
    }

    @Test func `a batch is bounded`() async throws {
        try await withDatabase { database in
            let before = database.commitCount
            _ = await writeTogether((0..<600).map { "account-\($0)" }, to: database)
            #expect(database.commitCount == before + 1 + 3)
            let names = try await database.names()
            #expect(names.count == 601)
        }
    }

    @Test func `a body that throws takes back its own statements and none of its batch`() async throws {
        try await withDatabase { database in
            let outcomes = await writeTogether(["ada", "throws", "bea", "throws", "cyd"], to: database)
            #expect(outcomes.filter { $0 is Thrown }.count == 2)
            #expect(outcomes.filter { $0 == nil }.count == 3)
            let names = try await database.names()
            #expect(names == ["ada", "bea", "cyd", "gate"])
        }
    }

    @Test func `a commit that fails fails everybody in it, and nobody after`() async throws {
        try await withDatabase { database in
            let outcomes = await writeTogether(["ada", "breaks the commit", "bea"], to: database)
            #expect(
                outcomes.map { $0 as? StorageError }
                    == Array(repeating: .constraint("FOREIGN KEY constraint failed"), count: 3)
            )
            try await database.add("cyd")
            #expect(try await database.names() == ["cyd", "gate"])
        }
    }

    @Test func `a full disk fails the batch, tells so, and writing goes on when there is room`() async throws {
        try await withDatabase { database in
            try await database.transaction { _ = try $0.query("PRAGMA max_page_count = 12") }
            let outcomes = await writeTogether(["ada", "fills the disk"], to: database)
            for outcome in outcomes {
                guard case .unwritable = outcome as? StorageError else {
                    Issue.record("expected unwritable, got \(String(describing: outcome))")
                    continue
                }
            }
            #expect(try await database.names() == ["gate"])
            try await database.add("bea")
            #expect(try await database.names() == ["bea", "gate"])
        }
    }

    @Test func `close carries out what waits and refuses what comes later`() async throws {
        try await withFolder { folder in
            let path = folder + "/test.sqlite"
            let database = try await open(path)
            let outcomes = await writeTogether((0..<50).map { "account-\($0)" }, to: database, closing: true)
            #expect(outcomes.allSatisfy { $0 == nil })
            await #expect(throws: StorageError.closed) { try await database.add("late") }
            let reopened = try await open(path)
            #expect(try await reopened.names().count == 51)
            await reopened.close()
        }
    }

    @Test func `more readers than connections are all answered`() async throws {
        try await withDatabase { database in
            try await database.add("ada")
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<500 { group.addTask { try await database.names() } }
                for try await names in group { #expect(names == ["ada"]) }
            }
        }
    }

    /// Has all of these written in one batch. Gives what each write threw, in order.
    private func writeTogether(
        _ names: [String],
        to database: SQLiteDatabase,
        closing: Bool = false
    ) async -> [(any Error)?] {
        await database.writeTogether(
            names.map { name in { try Self.write(name, on: $0) } },
            closing: closing
        )
    }

    private static func write(_ name: String, on connection: any SQLConnection) throws {
        switch name {
        case "breaks the commit": try connection.run("INSERT INTO orphans VALUES ('nobody')")
        case "fills the disk":
            // Goes on after the failure, as a careless body would.
            _ = try? connection.run("UPDATE accounts SET secret = $1", [[UInt8](repeating: 7, count: 1 << 20)])
            try? connection.add("escaped")
        default: try connection.add(name)
        }
        if name == "throws" { throw Thrown() }
    }

    private func withDatabase(_ body: (SQLiteDatabase) async throws -> Void) async throws {
        try await withFolder { folder in
            let database = try await open(folder + "/test.sqlite")
            try await body(database)
            await database.close()
        }
    }

    private func open(_ path: String) async throws -> SQLiteDatabase {
        let orphans = "CREATE TABLE orphans (name TEXT REFERENCES accounts (name) DEFERRABLE INITIALLY DEFERRED)"
        return try await SQLiteDatabase.open(path: path, migrations: [.accounts, Migration("orphans", [orphans])])
    }
}
