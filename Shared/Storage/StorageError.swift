public import Tokens

/// Everything that can go wrong with the store, each with its way out.
///
/// All are faults except `constraint`, which a caller may expect (a name already taken). No case carries a value
/// that was stored or passed as a parameter.
public enum StorageError: Error, Equatable {
    /// Another process kept the database locked for longer than the busy timeout.
    case busy(path: String)
    /// The file could not be opened or created.
    case cannotOpen(path: String, reason: String)
    /// ``Database/close()`` was called before.
    case closed
    /// A rule of the schema (unique, foreign key, not null, check) forbids the change.
    case constraint(String)
    /// The file is no database, or a damaged one.
    case corrupt(path: String)
    /// A migration already applied has other statements, or another place in the order, than when it was applied.
    case migrationChanged(String)
    /// A migration's statement failed; none of the new migrations was kept.
    case migrationFailed(String, reason: String)
    /// The file was written by a newer version of the service, or by another service.
    case migrationUnknown(String)
    /// The statement did not select this column.
    case missingColumn(String)
    /// A text parameter contains a NUL character, at which engines would cut it off or refuse it.
    case nulInText
    /// The statement has other parameters than were passed.
    case parameterCount(expected: Int, given: Int)
    /// The statement is not valid, or not one this interface allows.
    case statement(String)
    /// The disk is full or failing, or the file may not be written.
    case unwritable(path: String, reason: String)
    /// A body passed to ``Database/read(_:)`` tried to write.
    case writeInRead
    /// The column holds another type, or NULL.
    case wrongType(column: String, expected: String)
}

extension StorageError: Outage {
    /// What an operator or another process mends under the running service. A damaged file stays damaged, and a wrong statement
    /// wrong: to say "come back later" would hide them.
    public var outage: String? {
        switch self {
        case .busy, .cannotOpen, .closed, .unwritable: description
        case .constraint, .corrupt, .migrationChanged, .migrationFailed, .migrationUnknown, .missingColumn, .nulInText,
            .parameterCount, .statement, .writeInRead, .wrongType:
            nil
        }
    }
}

extension StorageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .busy(let path):
            "the database \(path) stayed locked by another process: end that process or wait for it, then try again"
        case .cannotOpen(let path, let reason):
            "cannot open the database \(path): \(reason); name a path in a folder that this user may write"
        case .closed: "the database is already closed: the service is shutting down"
        case .constraint(let rule): "the schema forbids this change: \(rule)"
        case .corrupt(let path):
            "\(path) is not a database, or is damaged: restore a backup, or move the file away to start empty"
        case .migrationChanged(let name):
            "migration '\(name)' was changed after it had been applied: undo the change and add a new migration instead"
        case .migrationFailed(let name, let reason): "migration '\(name)' failed, nothing was changed: \(reason)"
        case .migrationUnknown(let name):
            "the database has migration '\(name)', unknown here: it belongs to a newer version or to another service; "
                + "run that version, or check the path"
        case .missingColumn(let column): "the row has no column '\(column)': select it"
        case .nulInText: "a text parameter contains a NUL character: refuse it where it comes in, or store a blob"
        case .parameterCount(let expected, let given):
            "the statement takes \(expected) parameters ($1 upwards, without a gap) and was given \(given)"
        case .statement(let reason): "the statement cannot be run: \(reason)"
        case .unwritable(let path, let reason):
            "cannot read or write the database \(path): \(reason); check free space, permissions and the disk"
        case .writeInRead: "a read may not write: use a transaction"
        case .wrongType(let column, let expected): "column '\(column)' does not hold \(expected)"
        }
    }
}
