import Foundation
import Storage

/// Opens the one database of a test, again and again.
typealias Opening = @Sendable ([Migration]) async throws -> any Database

/// Every engine the suites run on: one line here, and one in `withPlace`, adds another.
enum Engine: CaseIterable {
    case sqlite

    /// Lends a place where no database is yet, and removes what was opened there.
    func withPlace(_ body: (Opening) async throws -> Void) async throws {
        switch self {
        case .sqlite:
            try await withFolder { folder in
                try await body { try await SQLiteDatabase.open(path: folder + "/test.sqlite", migrations: $0) }
            }
        }
    }

    /// Lends an empty database with the table `accounts`.
    func withDatabase(_ body: (any Database) async throws -> Void) async throws {
        try await withPlace { open in
            let database = try await open([.accounts])
            try await body(database)
            await database.close()
        }
    }
}

extension Migration {
    static let accounts = Migration(
        "accounts",
        [
            """
            CREATE TABLE accounts (
                name TEXT PRIMARY KEY, version BIGINT NOT NULL, referrer TEXT REFERENCES accounts (name), secret BYTEA
            )
            """
        ]
    )
}

extension Database {
    /// Adds an account of version 0, durably.
    func add(_ name: String) async throws {
        try await transaction { try $0.add(name) }
    }

    /// All names, in order.
    func names() async throws -> [String] {
        try await read { try $0.query("SELECT name FROM accounts ORDER BY name").map { try $0.text("name") } }
    }
}

extension SQLConnection {
    func add(_ name: String) throws {
        try run("INSERT INTO accounts (name, version) VALUES ($1, 0)", [name])
    }
}

/// What a test body throws on purpose.
struct Thrown: Error, Equatable {}

/// Lends a new folder under the temporary one, and removes it.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try await body(folder)
}
