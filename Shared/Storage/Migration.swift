/// One step of the schema's history.
///
/// Once released, a migration is never edited: the next one corrects it. What has been applied, in which order and with
/// which text stands in the table `schema_migrations`.
///
/// A database may hold tables of several *parts* (those of a service, those of a room it uses): each part has a history of its own,
/// so that a new step of one goes after whatever the others have done meanwhile.
public struct Migration: Sendable {
    let name: String
    let part: String
    let statements: [String]

    /// - Takes: a name, unique in its database; the part, whose tables no other part touches; statements without parameters, one
    ///   per string.
    public init(_ name: String, part: String = "service", _ statements: [String]) {
        self.name = name
        self.part = part
        self.statements = statements
    }
}

extension [Migration] {
    /// Brings the schema up to date inside the caller's transaction: all new migrations or none.
    ///
    /// - Refuses: `migrationUnknown` for a newer or foreign database, `migrationChanged` when history was rewritten,
    ///   `migrationFailed` when a statement fails.
    func apply(on connection: any SQLConnection) throws {
        try connection.run(Self.createTable)
        let applied = try connection.query("SELECT name, statements FROM schema_migrations ORDER BY position")
        var ahead = Dictionary(grouping: self, by: \.part).mapValues { $0[...] }
        for row in applied {
            let name = try row.text("name")
            guard let part = first(where: { $0.name == name })?.part else { throw StorageError.migrationUnknown(name) }
            let expected = ahead[part]?.popFirst()
            guard expected?.name == name, expected?.text == (try row.text("statements")) else {
                throw StorageError.migrationChanged(name)
            }
        }
        let missing = filter { migration in ahead[migration.part]?.contains { $0.name == migration.name } == true }
        for (position, migration) in missing.enumerated() {
            try migration.apply(at: applied.count + position, on: connection)
        }
    }

    private static var createTable: String {
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, statements TEXT NOT NULL
        )
        """
    }
}

extension Migration {
    fileprivate var text: String { statements.joined(separator: ";\n") }

    fileprivate func apply(at position: Int, on connection: any SQLConnection) throws {
        do {
            for statement in statements { try connection.run(statement) }
            try connection.run("INSERT INTO schema_migrations VALUES ($1, $2, $3)", [position, name, text])
        } catch StorageError.statement(let reason), StorageError.constraint(let reason) {
            throw StorageError.migrationFailed(name, reason: reason)
        }
    }
}
