/// One row of an answer, read by column name.
///
/// - Refuses: `StorageError.missingColumn` when the statement did not select the column, `.wrongType` when it holds
///   something else (the accessors without `optional` refuse NULL too). Nothing is converted silently.
public struct SQLRow: Sendable {
    let columns: [String]
    let values: [SQLValue]

    /// The column's text.
    public func text(_ column: String) throws -> String {
        try required(optionalText(column), column, "text")
    }

    /// The column's text, or nil for NULL.
    public func optionalText(_ column: String) throws -> String? {
        switch try value(column) {
        case .text(let text): text
        case .null: nil
        default: throw StorageError.wrongType(column: column, expected: "text")
        }
    }

    /// The column's integer.
    public func integer(_ column: String) throws -> Int64 {
        try required(optionalInteger(column), column, "an integer")
    }

    /// The column's integer, or nil for NULL.
    public func optionalInteger(_ column: String) throws -> Int64? {
        switch try value(column) {
        case .integer(let integer): integer
        case .null: nil
        default: throw StorageError.wrongType(column: column, expected: "an integer")
        }
    }

    /// The column's bytes.
    public func blob(_ column: String) throws -> [UInt8] {
        try required(optionalBlob(column), column, "a blob")
    }

    /// The column's bytes, or nil for NULL.
    public func optionalBlob(_ column: String) throws -> [UInt8]? {
        switch try value(column) {
        case .blob(let bytes): bytes
        case .null: nil
        default: throw StorageError.wrongType(column: column, expected: "a blob")
        }
    }

    /// The column's truth: 0 or 1, and no other number.
    public func bool(_ column: String) throws -> Bool {
        switch try value(column) {
        case .integer(0): false
        case .integer(1): true
        default: throw StorageError.wrongType(column: column, expected: "0 or 1")
        }
    }

    private func required<T>(_ value: T?, _ column: String, _ expected: String) throws -> T {
        guard let value else { throw StorageError.wrongType(column: column, expected: expected) }
        return value
    }

    /// A row has a handful of columns: looking along them is quicker than hashing the name.
    private func value(_ column: String) throws -> SQLValue {
        guard let index = columns.firstIndex(of: column) else { throw StorageError.missingColumn(column) }
        return values[index]
    }
}
