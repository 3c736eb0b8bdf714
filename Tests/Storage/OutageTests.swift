import Dispatch
import Storage
import Testing

/// Which faults are answered 503 "come back", and which 500.
@Suite("Outages of the store")
struct OutageTests {
    @Test(
        arguments: [
            .busy(path: "/data/a.sqlite"), .cannotOpen(path: "/data/a.sqlite", reason: "no such folder"), .closed,
            .unwritable(path: "/data/a.sqlite", reason: "disk full"),
        ] as [StorageError]
    )
    func `what passes, or is mended under the running service, is one and is named whole`(error: StorageError) {
        #expect(error.outage == error.description)
    }

    @Test(
        arguments: [
            .constraint("UNIQUE"), .corrupt(path: "/data/a.sqlite"), .missingColumn("name"), .nulInText,
            .parameterCount(expected: 1, given: 2), .statement("no such table"), .writeInRead,
            .wrongType(column: "name", expected: "text"), .migrationChanged("accounts"), .migrationUnknown("accounts"),
            .migrationFailed("accounts", reason: "syntax error"),
        ] as [StorageError]
    )
    func `what no waiting mends is none`(error: StorageError) {
        #expect(error.outage == nil)
    }

    @Test(arguments: Engine.allCases)
    func `a write without room is an outage, and once there is room it succeeds`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.transaction { _ = try $0.query("PRAGMA max_page_count = 1") }
            let error = await #expect(throws: StorageError.self) {
                try await database.transaction { connection in
                    let large = [UInt8](repeating: 7, count: 1 << 20)
                    try connection.run("INSERT INTO accounts (name, version, secret) VALUES ('ada', 0, $1)", [large])
                }
            }
            #expect(error?.outage?.isEmpty == false)
            #expect(try await database.names() == [])
            try await database.transaction { _ = try $0.query("PRAGMA max_page_count = 10000") }
            try await database.add("ada")
            #expect(try await database.names() == ["ada"])
        }
    }

    @Test func `a database that another process keeps locked is an outage, and served again when it lets go`()
        async throws
    {
        try await withFolder { folder in
            let path = folder + "/test.sqlite"
            let database = try await SQLiteDatabase.open(path: path, migrations: [.accounts])
            let other = try await SQLiteDatabase.open(path: path, migrations: [.accounts])
            let gate = DispatchSemaphore(value: 0)
            let (entered, entering) = AsyncStream.makeStream(of: Void.self)
            async let locking: Void = other.transaction { _ in
                entering.finish()
                gate.wait()
            }
            for await _ in entered {}
            await #expect(throws: StorageError.busy(path: path)) { try await database.add("ada") }
            gate.signal()
            try await locking
            try await database.add("ada")
            #expect(try await database.names() == ["ada"])
            await database.close()
            await other.close()
        }
    }
}
