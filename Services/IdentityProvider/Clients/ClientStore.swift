import Audit
import ServiceKit
import Storage
import Synchronization
import Tokens

/// The registered clients: kept in the database, answered from memory.
///
/// There are few of them, they rarely change, and every request asks for one. A change is written first and in force after.
final class ClientStore: Sendable {
    struct Entry: Sendable {
        let client: Client
        /// SHA-256 of its secret; nil where it has none.
        let secretHash: [UInt8]?
        /// Out of the clients file, which alone can change it.
        let isDeclared: Bool
    }

    let database: any Database
    private let registry: ScopeRegistry
    private let clock: any WallClock
    private let revocations: Revocations
    private let entries = Mutex<[String: Entry]>([:])

    private init(
        database: any Database,
        registry: ScopeRegistry,
        clock: any WallClock,
        revocations: Revocations
    ) {
        self.database = database
        self.registry = registry
        self.clock = clock
        self.revocations = revocations
    }

    /// Reads what is stored and puts the clients file in force: what it declares is as it says, what it no longer declares is gone,
    /// and neither leaves tokens behind that say otherwise.
    ///
    /// - Throws: `RegistrationError` for a stored registration that the resources file no longer bears out.
    static func open(
        database: any Database,
        registry: ScopeRegistry,
        declared: [Client],
        clock: any WallClock,
        revocations: Revocations,
        decisions: DecisionRecorder
    ) async throws -> ClientStore {
        try decisions.audit.requireWritable()
        let store = ClientStore(database: database, registry: registry, clock: clock, revocations: revocations)
        let now = clock.now().secondsSinceEpoch
        let rows = try await database.transaction { connection in
            try DeclaredClients(clients: declared, now: now, revocations: revocations).putInForce(on: connection)
            return try connection.query("SELECT registration, secret_hash, declared FROM clients")
        }
        try await ClientChange.recordAll(in: database, decisions)
        for row in rows {
            let document = try JSONReader.readObject(Array(row.text("registration").utf8))
            let client = try Client(reading: document, registry: registry)
            let secretHash = try row.optionalBlob("secret_hash")
            let isDeclared = try row.bool("declared")
            store.put(Entry(client: client, secretHash: secretHash, isDeclared: isDeclared))
        }
        return store
    }

    func put(_ entry: Entry) { entries.withLock { $0[entry.client.id] = entry } }

    func find(_ id: String) async throws -> Client? { entry(id)?.client }

    func entry(_ id: String) -> Entry? { entries.withLock { $0[id] } }

    /// The same for a request that names a client: from here on its record names it too, believed or not.
    ///
    /// Never what was sent under an unknown id: it may be the secret, in the wrong field.
    func find(_ id: String, noting decision: Decision) async throws -> Client? {
        let client = try await find(id)
        if let client { decision.note { $0.clientID = client.id } }
        return client
    }

    /// Whether `secret` is the client's, compared in constant time.
    func verify(_ secret: Credential, of client: Client) -> Bool {
        guard let expected = entry(client.id)?.secretHash, expected.count == 32 else { return false }
        return zip(expected, secret.digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// All of them, by id.
    func list() -> [Entry] { entries.withLock { $0.values.sorted { $0.client.id < $1.client.id } } }

    /// Registers a client.
    ///
    /// - Gives: its new secret, where its method has one; it cannot be had again.
    /// - Refuses: `conflict` for an id that is taken. Throws `RegistrationError` for an unsound document.
    func add(_ document: JSONObject, decision: Decision) async throws -> (client: Client, secret: Credential?) {
        let client = try Client(reading: document, registry: registry)
        decision.note { $0.clientID = client.id }
        let secret = client.hasSecret ? Credential.random() : nil
        let now = clock.now().secondsSinceEpoch
        let isAdded = try await database.transaction { connection in
            try connection.run(
                """
                INSERT INTO clients (id, registration, secret_hash, declared, created_at) VALUES ($1, $2, $3, 0, $4)
                ON CONFLICT (id) DO NOTHING
                """,
                [client.id, JSONWriter.text(document), secret?.digest, now]
            ) == 1
        }
        guard isAdded else { throw Refusal.conflict }
        put(Entry(client: client, secretHash: secret?.digest, isDeclared: false))
        // Nobody was given its secret: its id is free for the next try.
        decision.ifUnrecorded { [self] in try await remove(client) }
        return (client, secret)
    }

    private func remove(_ client: Client) async throws {
        try await database.transaction { try $0.run("DELETE FROM clients WHERE id = $1 AND declared = 0", [client.id]) }
        entries.withLock { $0[client.id] = nil }
    }

    /// Ends everything that a client was given, by whomever. It stays registered; whoever has stolen its secret is stopped by
    /// `rotateSecret`, and that comes first.
    ///
    /// - Refuses: `resourceNotFound`.
    func revokeAll(of id: String, decision: Decision) async throws -> RevocationEvent {
        guard try await find(id, noting: decision) != nil else { throw Refusal.resourceNotFound }
        return try await database.transaction { [revocations] connection in
            try revocations.revokeAll(ofClient: id, on: connection, decision: decision)
        }
    }
}
