import Storage
import Testing

@Suite("Statements: parameters, rows, and what is refused")
struct StatementTests {
    @Test(arguments: Engine.allCases)
    func `parameters bind by number, in any order and more than once`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.transaction {
                try $0.run("INSERT INTO accounts (version, name) VALUES ($2, $1)", ["ada", 7])
                try $0.run("UPDATE accounts SET referrer = $1 WHERE name = $1", ["ada"])
            }
            let row = try await first(
                "SELECT * FROM accounts WHERE version = $2 AND name = $1",
                ["ada", 7],
                in: database
            )
            #expect(try row.text("name") == "ada")
            #expect(try row.integer("version") == 7)
            #expect(try row.text("referrer") == "ada")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a placeholder inside a literal or a comment is text`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let sql = """
                -- $4, and what's more
                SELECT 'it''s $9' AS literal, /* ' $3 */ name AS "a $2" FROM accounts WHERE name = $1
                """
            try await database.add("ada")
            let row = try await first(sql, ["ada"], in: database)
            #expect(try row.text("literal") == "it's $9")
            #expect(try row.text("a $2") == "ada")
        }
    }

    @Test(arguments: Engine.allCases)
    func `every type comes back as it went in`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let name = "Ünï \u{1F511} ' \" $1 ?"
            let absent: [UInt8]? = nil
            try await database.transaction {
                try $0.run(
                    "INSERT INTO accounts VALUES ($1, $2, $3, $4)",
                    [name, Int64.min, SQLValue.null, [UInt8]([0, 255])]
                )
                try $0.run("INSERT INTO accounts VALUES ('bool', $1, NULL, $2)", [true, absent])
                try $0.run("INSERT INTO accounts VALUES ('empty', $1, NULL, $2)", [false, [UInt8]()])
            }
            let row = try await first("SELECT * FROM accounts WHERE name = $1", [name], in: database)
            #expect(try row.text("name") == name)
            #expect(try row.integer("version") == .min)
            #expect(try row.optionalText("referrer") == nil)
            #expect(try row.blob("secret") == [0, 255])
            let bool = try await first("SELECT * FROM accounts WHERE name = 'bool'", [], in: database)
            #expect(try bool.bool("version"))
            #expect(try bool.optionalBlob("secret") == nil)
            let empty = try await first("SELECT * FROM accounts WHERE name = 'empty'", [], in: database)
            #expect(try !empty.bool("version"))
            #expect(try empty.blob("secret") == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a column not selected, of another type, or NULL is refused by name`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.transaction { try $0.run("INSERT INTO accounts (name, version) VALUES ('ada', 2)") }
            let row = try await first("SELECT * FROM accounts", [], in: database)
            #expect(throws: StorageError.missingColumn("email")) { try row.text("email") }
            #expect(throws: StorageError.wrongType(column: "name", expected: "an integer")) { try row.integer("name") }
            #expect(throws: StorageError.wrongType(column: "version", expected: "text")) { try row.text("version") }
            #expect(throws: StorageError.wrongType(column: "version", expected: "0 or 1")) { try row.bool("version") }
            #expect(throws: StorageError.wrongType(column: "secret", expected: "a blob")) { try row.blob("secret") }
        }
    }

    @Test(arguments: Engine.allCases)
    func `run gives the number of rows changed, and zero where nothing changed`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.add("ada")
            try await database.add("bea")
            let counts = try await database.transaction { connection in
                [
                    try connection.run("UPDATE accounts SET version = 1"),
                    try connection.run("UPDATE accounts SET version = 2 WHERE name = 'nobody'"),
                    try connection.run("CREATE TABLE notes (text TEXT)"),
                    try connection.run("DELETE FROM accounts WHERE name = 'ada'"),
                ]
            }
            #expect(counts == [2, 0, 0, 1])
        }
    }

    @Test(arguments: Engine.allCases)
    func `rows of an INSERT … RETURNING are rows`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let names = try await database.transaction {
                try $0.query("INSERT INTO accounts (name, version) VALUES ($1, 0) RETURNING name", ["ada"])
                    .map { try $0.text("name") }
            }
            #expect(names == ["ada"])
            #expect(try await database.names() == ["ada"])
        }
    }

    @Test(arguments: [
        ("SELECT $1", ["a"], nil),
        ("SELECT $1", [], StorageError.parameterCount(expected: 1, given: 0)),
        ("SELECT $1", ["a", "b"], .parameterCount(expected: 1, given: 2)),
        ("SELECT $2", ["a", "b"], .statement("the parameters are not numbered from $1 without a gap")),
        ("SELECT ?", ["a"], .statement("parameters are written $1, $2, …")),
        ("SELECT :a", ["a"], .statement("parameters are written $1, $2, …")),
        ("SELECT $a", ["a"], .statement("parameters are written $1, $2, … $999")),
        ("SELECT $0", ["a"], .statement("parameters are written $1, $2, … $999")),
        ("SELECT $99999999999999999999", ["a"], .statement("parameters are written $1, $2, … $999")),
        ("SELECT $1", ["admin\0x"], .nulInText),
        (" commit", [], .statement("a transaction begins and ends with its body, not by statement")),
    ])
    func `a statement and its parameters match, or are refused`(
        sql: String,
        parameters: [String],
        refusal: StorageError?
    ) async throws {
        for engine in Engine.allCases {
            try await engine.withDatabase { database in
                let query: @Sendable (any SQLConnection) throws -> Int = { try $0.query(sql, parameters).count }
                if let refusal {
                    await #expect(throws: refusal) { try await database.transaction(query) }
                } else {
                    let count = try await database.transaction(query)
                    #expect(count == 1)
                }
            }
        }
    }

    @Test(arguments: Engine.allCases, ["", "SELEC 1", "SELECT 1; SELECT 2", "SELECT * FROM nowhere", "SELECT 'open"])
    func `broken SQL is refused, and the next statement works`(engine: Engine, sql: String) async throws {
        try await engine.withDatabase { database in
            await #expect(throws: StorageError.self) { try await database.read { try $0.query(sql).count } }
            await #expect(throws: StorageError.self) { try await database.transaction { try $0.run(sql) } }
            try await database.add("ada")
            #expect(try await database.names() == ["ada"])
        }
    }

    @Test(arguments: Engine.allCases)
    func `rules of the schema are kept and named without the value`(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let statements = [
                "INSERT INTO accounts (name, version) VALUES ($1, NULL)",
                "INSERT INTO accounts (name, version, referrer) VALUES ('x', 0, $1)",
            ]
            for sql in statements {
                let error = await #expect(throws: StorageError.self) {
                    try await database.transaction { try $0.run(sql, ["top-secret"]) }
                }
                guard case .constraint = error else {
                    Issue.record("expected a constraint, got \(String(describing: error))")
                    continue
                }
                #expect(error?.description.contains("top-secret") == false)
            }
        }
    }

    private func first(_ sql: String, _ parameters: [any SQLConvertible], in database: any Database) async throws
        -> SQLRow
    {
        let values = parameters.map(\.sqlValue)
        return try #require(try await database.read { try $0.query(sql, values) }.first)
    }
}
