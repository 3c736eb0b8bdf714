import Storage
import Testing

@Suite("Migrations: applied once, in order, never rewritten")
struct MigrationTests {
    private static let first = Migration("first", ["CREATE TABLE a (n BIGINT)", "INSERT INTO a VALUES (1)"])
    private static let second = Migration("second", ["INSERT INTO a VALUES (2)"])

    @Test(arguments: Engine.allCases)
    func `a migration is applied once, and a new one after it`(engine: Engine) async throws {
        try await engine.withPlace { open in
            #expect(try await numbers(open([Self.first])) == [1])
            #expect(try await numbers(open([Self.first])) == [1])
            let both = try await open([Self.first, Self.second])
            #expect(try await numbers(both) == [1, 2])
        }
    }

    @Test(
        arguments: Engine.allCases,
        [
            ([first, second], nil),
            ([first], StorageError.migrationUnknown("second")),
            ([], .migrationUnknown("first")),
            ([second, first], .migrationChanged("first")),
            ([first, Migration("between", []), second], .migrationChanged("second")),
            ([Migration("first", ["CREATE TABLE b (n BIGINT)"]), second], .migrationChanged("first")),
        ]
    )
    func `history is accepted as it was applied, and refused otherwise`(
        engine: Engine,
        _ row: (history: [Migration], refusal: StorageError?)
    ) async throws {
        try await engine.withPlace { open in
            await (try open([Self.first, Self.second])).close()
            if let refusal = row.refusal {
                await #expect(throws: refusal) { try await open(row.history) }
            }
            let unharmed = try await open([Self.first, Self.second])
            #expect(try await numbers(unharmed) == [1, 2])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a part goes on by itself, wherever it stands among the others`(engine: Engine) async throws {
        let keys = Migration("keys", part: "keys", ["INSERT INTO a VALUES (3)"])
        let moreKeys = Migration("more keys", part: "keys", ["INSERT INTO a VALUES (4)"])
        try await engine.withPlace { open in
            await (try open([Self.first, keys])).close()
            #expect(try await numbers(open([Self.first, keys, moreKeys, Self.second])) == [1, 2, 3, 4])
            await #expect(throws: StorageError.migrationChanged("keys")) {
                try await open([Self.first, moreKeys, keys, Self.second])
            }
            #expect(try await numbers(open([Self.first, Self.second, keys, moreKeys])) == [1, 2, 3, 4])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a migration that fails takes back the new ones and leaves the old`(engine: Engine) async throws {
        try await engine.withPlace { open in
            await (try open([Self.first])).close()
            let broken = Migration("broken", ["INSERT INTO a VALUES (3)", "INSERT INTO nowhere VALUES (4)"])
            let error = await #expect(throws: StorageError.self) {
                try await open([Self.first, Self.second, broken])
            }
            guard case .migrationFailed("broken", _) = error else {
                Issue.record("expected migrationFailed, got \(String(describing: error))")
                return
            }
            let unharmed = try await open([Self.first])
            #expect(try await numbers(unharmed) == [1])
        }
    }

    @Test(arguments: Engine.allCases)
    func `two processes that start at once migrate once`(engine: Engine) async throws {
        try await engine.withPlace { open in
            async let one = open([Self.first, Self.second])
            async let other = open([Self.first, Self.second])
            let (first, second) = try await (one, other)
            #expect(try await [numbers(first), numbers(second)] == [[1, 2], [1, 2]])
        }
    }

    /// What the migrations wrote; closes the database.
    private func numbers(_ database: any Database) async throws -> [Int64] {
        let numbers = try await database.read {
            try $0.query("SELECT n FROM a ORDER BY n").map { try $0.integer("n") }
        }
        await database.close()
        return numbers
    }
}
