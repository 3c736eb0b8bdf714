import Foundation
import GRDB
import Synchronization

/// One SQLite connection, lent to a body for as long as it runs.
struct SQLiteConnection: SQLConnection {
    let db: GRDB.Database
    let file: SQLiteFile
    let texts: StatementTexts
    let mayWrite: Bool
    /// What the body at work wants done after the commit.
    let actions = CommitActions()

    func run(_ sql: String, _ parameters: [any SQLConvertible]) throws -> Int {
        try execute(sql, parameters) { statement, arguments in
            let before = db.totalChangesCount
            try statement.execute(arguments: arguments)
            // SQLite keeps the count of the last change: a statement that changes nothing must not inherit it.
            return db.totalChangesCount == before ? 0 : db.changesCount
        }
    }

    func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
        try execute(sql, parameters) { statement, arguments in
            let columns = statement.columnNames
            let cursor = try Row.fetchCursor(statement, arguments: arguments)
            var rows: [SQLRow] = []
            while let row = try cursor.next() {
                rows.append(SQLRow(columns: columns, values: try (0..<row.count).map { try value(of: row, at: $0) }))
            }
            return rows
        }
    }

    func afterCommit(_ action: @escaping @Sendable () -> Void) { actions.append(action) }

    /// Runs one of this engine's own statements, such as `COMMIT`, which bodies may not.
    func control(_ sql: String) throws {
        do {
            try db.cachedStatement(sql: sql).execute()
        } catch {
            throw file.explain(error)
        }
    }

    /// Refuses to go on when SQLite has given up the transaction that everything here runs in.
    func requireTransaction() throws {
        guard db.isInsideTransaction else {
            let reason = "SQLite rolled the transaction back (disk full, or a statement with OR ROLLBACK)"
            throw StorageError.unwritable(path: file.path, reason: reason)
        }
    }

    private func execute<T>(
        _ sql: String,
        _ parameters: [any SQLConvertible],
        _ body: (Statement, StatementArguments) throws -> T
    ) throws -> T {
        let text = try texts.text(of: sql)
        guard text.parameterCount == parameters.count else {
            throw StorageError.parameterCount(expected: text.parameterCount, given: parameters.count)
        }
        let arguments = StatementArguments(try parameters.map { try databaseValue($0.sqlValue) })
        // Some failures (disk full, INSERT OR ROLLBACK) end the whole transaction. A body that goes on regardless would
        // commit statement by statement, and still be told that nothing was written.
        try requireTransaction()
        do {
            let statement = try db.cachedStatement(sql: text.sql)
            guard mayWrite || statement.isReadonly else { throw StorageError.writeInRead }
            return try body(statement, arguments)
        } catch {
            throw file.explain(error)
        }
    }

    private func databaseValue(_ value: SQLValue) throws -> DatabaseValue {
        switch value {
        case .null: return .null
        case .integer(let integer): return integer.databaseValue
        case .text(let text):
            // SQLite would store "admin\0x" as "admin": the value checked would not be the value kept.
            guard !text.utf8.contains(0) else { throw StorageError.nulInText }
            return text.databaseValue
        case .blob(let bytes): return Data(bytes).databaseValue
        }
    }

    private func value(of row: Row, at index: Int) throws -> SQLValue {
        let value: DatabaseValue = row[index]
        switch value.storage {
        case .null: return .null
        case .int64(let integer): return .integer(integer)
        case .string(let text): return .text(text)
        case .blob(let data): return .blob(Array(data))
        case .double:
            throw StorageError.wrongType(column: Array(row.columnNames)[index], expected: "an integer, text or a blob")
        }
    }
}

/// What is to be done after a commit. Used on the one thread of its connection, as the connection itself is.
final class CommitActions {
    private var actions: [@Sendable () -> Void] = []

    func append(_ action: @escaping @Sendable () -> Void) { actions.append(action) }

    func takeAll() -> [@Sendable () -> Void] {
        defer { actions = [] }
        return actions
    }
}

/// The translations of all statements seen, shared by all connections. Bounded by the code: texts are constant.
final class StatementTexts: Sendable {
    private let known = Mutex<[String: StatementText]>([:])

    func text(of sql: String) throws -> StatementText {
        if let text = known.withLock({ $0[sql] }) { return text }
        let text = try StatementText(sql)
        known.withLock { $0[sql] = text }
        return text
    }
}
