import Storage
import Testing

@Suite("Database: what every engine promises")
struct DatabaseTests {
    @Test(arguments: Engine.allCases)
    func `a read sees every write awaited before it`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            for name in ["ada", "bea", "cyd"] {
                try await database.add(name)
                #expect(try await database.names().last == name)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `what was acknowledged is there after closing and reopening`(engine: Engine) async throws {
        try await engine.withPlace { open in
            let database = try await open([.accounts])
            try await database.add("ada")
            await database.close()
            let reopened = try await open([.accounts])
            #expect(try await reopened.names() == ["ada"])
            await reopened.close()
        }
    }

    @Test(arguments: Engine.allCases)
    func `a body that throws leaves nothing behind`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            await #expect(throws: Thrown()) {
                try await database.transaction {
                    try $0.add("ada")
                    throw Thrown()
                }
            }
            try await database.add("bea")
            #expect(try await database.names() == ["bea"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a body may catch a broken rule and go on`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.add("ada")
            let isTaken = try await database.transaction { connection in
                do {
                    try connection.add("ada")
                    return false
                } catch StorageError.constraint {
                    return true
                }
            }
            #expect(isTaken)
        }
    }

    @Test(arguments: Engine.allCases)
    func `of a thousand concurrent compare-and-swaps each row lets exactly one win`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let names = (0..<100).map { "account-\($0)" }
            try await database.transaction { connection in
                for name in names { try connection.add(name) }
            }
            let winners = try await withThrowingTaskGroup(of: String?.self) { group in
                for attempt in 0..<1000 {
                    group.addTask {
                        try await Self.swap(names[attempt % 100], in: database) ? names[attempt % 100] : nil
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.compactMap { $0 }
            }
            #expect(winners.sorted() == names.sorted())
        }
    }

    @Test(arguments: Engine.allCases)
    func `a read body sees one snapshot while writes go on`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.add("ada")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask { try await database.add("account-\(number)") }
                    group.addTask {
                        try await database.read { connection in
                            let first = try connection.query("SELECT name FROM accounts").count
                            #expect(try connection.query("SELECT name FROM accounts").count == first)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a read may not write, a transaction may`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            await #expect(throws: StorageError.writeInRead) { try await database.read { try $0.add("ada") } }
            await #expect(throws: StorageError.writeInRead) {
                try await database.read {
                    try $0.query("INSERT INTO accounts (name, version) VALUES ('ada', 0) RETURNING name").count
                }
            }
            #expect(try await database.names() == [])
            try await database.add("ada")
            #expect(try await database.names() == ["ada"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `the write of a cancelled task is carried out and answered`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await database.add("ada")
                return Task.isCancelled
            }
            let wasCancelled = try await task.value
            #expect(wasCancelled)
            #expect(try await database.names() == ["ada"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `after close every call is refused, and close may be repeated`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.add("ada")
            await database.close()
            await database.close()
            await #expect(throws: StorageError.closed) { try await database.names() }
            await #expect(throws: StorageError.closed) { try await database.add("bea") }
        }
    }

    private static func swap(_ name: String, in database: any Database) async throws -> Bool {
        try await database.transaction {
            try $0.run("UPDATE accounts SET version = 1 WHERE name = $1 AND version = $2", [name, 0]) == 1
        }
    }
}
