public import Storage
import Synchronization
public import Tokens

/// The signing keys of one issuer: announced before they sign, kept after they stop.
///
/// All that is asked per request is answered from memory. The database is written only when a key is made, revoked or removed, and
/// what state a key is in follows from the clock (`KeyLife`): whatever was missed while the process was down, the next `maintain`
/// finds the same rows and comes to the same answer. Several replicas may share one database (`KeyLedger`); each sees what the
/// others did when it next looks, which is soon enough (`KeyPeriods.announceSeconds`).
public final class KeyRing: Sendable {
    /// What the keys of a ring sign; several rings live in one database.
    public enum Name: String, Sendable, CaseIterable {
        /// Access and ID tokens, and whatever else verifiers look up at `jwks_uri`.
        case tokens
        /// Security events and nothing else: so no event can be shown as a token, whatever a verifier forgets to check.
        case events
    }

    /// The tables of keys and of sealed secrets.
    public static let migrations = [
        Migration(
            "signing keys and sealed secrets",
            part: "keys",
            [
                """
                CREATE TABLE signing_keys (
                    kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, sealed_private_key BLOB NOT NULL,
                    announced_at BIGINT NOT NULL, activates_at BIGINT NOT NULL
                )
                """,
                "CREATE TABLE sealed_secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL)",
            ]
        ),
        Migration(
            "signing keys: rings and revocation",
            part: "keys",
            [
                "ALTER TABLE signing_keys ADD COLUMN ring TEXT NOT NULL DEFAULT 'tokens'",
                "ALTER TABLE signing_keys ADD COLUMN revoked_at BIGINT",
            ]
        ),
    ]

    public var name: Name { ledger.name }
    /// Those in use, one line of keys for each.
    public var algorithms: [Algorithm] { ledger.algorithms }
    public var periods: KeyPeriods { ledger.periods }
    private let ledger: KeyLedger
    private let news: KeyNews
    private let database: any Database
    let clock: any WallClock
    private let memory: Mutex<Memory>

    /// What the ring answers from.
    private struct Memory {
        /// Of every key, revoked ones included, ordered by algorithm and by when it signs.
        var lives: [KeyLife] = []
        /// Of those that were not revoked.
        var ring: SigningKeyRing
        var page: PublishedKeys?
    }

    /// Opens every stored key of the ring `name` and makes the first of each algorithm that has none.
    ///
    /// - Parameter journal: is told what becomes of the keys by itself.
    /// - Throws: `KeyEncryptionFault.wrongKey` when the stored keys were sealed under another key-encryption key.
    public static func open(
        database: any Database,
        sealing: KeyEncryption,
        algorithms: [Algorithm],
        periods: KeyPeriods,
        clock: any WallClock,
        journal: KeyJournal,
        name: Name = .tokens
    ) async throws -> KeyRing {
        let ledger = KeyLedger(name: name, algorithms: algorithms, periods: periods, sealing: sealing)
        let ring = KeyRing(ledger, KeyNews(journal), database, clock)
        // Before anything is written: with the wrong key-encryption key nothing may change.
        let memory = try ring.read(try await database.read { try ledger.rows($0) }, made: [])
        ring.memory.withLock { $0 = memory }
        try await ring.maintain()
        return ring
    }

    private init(_ ledger: KeyLedger, _ news: KeyNews, _ database: any Database, _ clock: any WallClock) {
        self.ledger = ledger
        self.news = news
        self.database = database
        self.clock = clock
        memory = Mutex(Memory(ring: SigningKeyRing(algorithms: ledger.algorithms, periods: ledger.periods)))
    }

    /// The key that signs at this moment. Memory only.
    public func signingKey(_ algorithm: Algorithm) throws -> SigningKey {
        let now = clock.now()
        guard let key = memory.withLock({ $0.ring.signingKey(algorithm, at: now) }) else {
            throw KeyRingFault.algorithmNotInUse(algorithm.name)
        }
        return key
    }

    /// The announced, active and retired keys of this moment.
    public var published: KeySet { page.keys }

    /// `published` as the document that verifiers fetch (RFC 7517 §5).
    public var publishedDocument: [UInt8] { page.document }

    private var page: PublishedKeys {
        let now = clock.now()
        return memory.withLock { memory in
            if let page = memory.page, page.holds(at: now) { return page }
            let page = PublishedKeys(memory.ring, at: now)
            memory.page = page
            return page
        }
    }

    /// Every key that is not yet deleted, with its state at this moment.
    public func list() -> [KeyStatus] {
        let now = clock.now()
        return memory.withLock { $0.lives }.map { KeyStatus(life: $0, state: $0.state(at: now)) }
    }

    /// Does what is due: announces successors, deletes what is removed, takes over what other replicas did. Safe to call at any
    /// time and any number of times.
    public func maintain() async throws {
        try await advance(asked: [])
        try await news.report(list(), of: name)
    }

    /// Announces a successor now instead of at the planned end of the active key; it signs after `announceSeconds`.
    ///
    /// - Parameter algorithm: nil for every algorithm in use.
    /// - Gives: for each the announced key, and whether it was there before: then nothing was done.
    @discardableResult
    public func rotate(_ algorithm: Algorithm? = nil) async throws -> [KeyRotation] {
        let asked = algorithm.map { [$0] } ?? ledger.algorithms
        if let stranger = asked.first(where: { !ledger.algorithms.contains($0) }) {
            throw KeyRingFault.algorithmNotInUse(stranger.name)
        }
        let made = try await advance(asked: asked)
        let announced = list().filter { $0.state == .announced && asked.contains($0.life.algorithm) }
        for key in announced { news.assumeTold(key.life.keyID, key.state) }
        return announced.map { KeyRotation(announced: $0.life, wasAnnouncedBefore: !made.contains($0.life.keyID)) }
    }

    /// - Gives: the ids of the keys that were made.
    @discardableResult
    private func advance(asked: [Algorithm]) async throws -> [String] {
        let now = clock.now()
        let known = memory.withLock { $0.lives.map(\.moments) }
        let candidates = try await makeCandidates(
            ledger.algorithms.filter { ledger.nextActivation($0, after: known, asked: asked, now: now) != nil }
        )
        if !candidates.isEmpty { try news.requireWritable() }
        return try await database.transaction { [self] connection in
            let made = try ledger.advance(at: now, asked: asked, candidates: candidates, connection)
            try remember(connection, made: candidates)
            return made
        }
    }

    /// Takes a key out of use at once, because somebody else may have it: it is off the page, it signs nothing from this
    /// transaction on, and its successor is active in its place. For as long as anything that it signed could live it stays listed.
    ///
    /// What it signed before goes on wherever nobody is told; `recording` is there to write down what to tell.
    ///
    /// - Parameters:
    ///   - keyID: of an announced, active or retired key.
    ///   - recording: called inside the same transaction, once for each key.
    /// - Gives: also for a key that was revoked before, and then nothing was done.
    /// - Throws: `KeyRingFault.keyUnknown`; whatever `recording` throws. Then nothing has changed.
    @discardableResult
    public func revoke(
        _ keyID: String,
        recording: @escaping @Sendable (_ keyID: String, _ connection: any SQLConnection) throws -> Void
    ) async throws -> KeyRevocation {
        // Another replica may have made the key.
        try await maintain()
        guard let known = list().first(where: { $0.life.keyID == keyID }) else { throw KeyRingFault.keyUnknown }
        let candidates = try await makeCandidates([known.life.algorithm])
        let now = clock.now()
        let revocation = try await database.transaction { [self] connection in
            // What is removed must be gone: in the time of the key that goes now it could come back.
            _ = try ledger.advance(at: now, asked: [], candidates: [], connection)
            let isNew = try ledger.revoke(keyID, at: now, candidates: candidates, connection)
            // Before anybody is told: who asks then must find the new page.
            let lives = try remember(connection, made: candidates)
            if isNew { try recording(keyID, connection) }
            return try KeyRevocation(of: keyID, among: lives, wasRevokedBefore: !isNew, at: now)
        }
        news.assumeTold(keyID, .revoked)
        if let active = revocation.active { news.assumeTold(active.keyID, .active) }
        return revocation
    }

    /// An RSA key takes a tenth of a second: made on a thread of the pool, not on the event loop that answers requests.
    private func makeCandidates(_ algorithms: [Algorithm]) async throws -> [KeyLedger.Candidate] {
        guard !algorithms.isEmpty else { return [] }
        return try await Task.detached { [ledger] in try algorithms.map(ledger.makeCandidate) }.value
    }

    /// Takes what is stored into memory as soon as it is committed.
    @discardableResult
    private func remember(_ connection: any SQLConnection, made: [KeyLedger.Candidate]) throws -> [KeyLife] {
        let stored = try read(try ledger.rows(connection), made: made.map(\.key))
        connection.afterCommit { [self] in memory.withLock { $0 = stored } }
        return stored.lives
    }

    private func read(_ rows: [KeyRow], made: [SigningKey]) throws -> Memory {
        let opened = memory.withLock { $0.ring }
        let entries = try rows.filter { $0.moments.revokedAt == nil }.map { row in
            let keyID = row.moments.keyID
            return SigningKeyRing.Entry(
                key: try opened.key(keyID) ?? made.first { $0.keyID == keyID } ?? ledger.open(row),
                announcedAt: row.moments.announcedAt,
                activatesAt: row.moments.activatesAt
            )
        }
        return Memory(
            lives: ledger.lives(rows.map(\.moments)),
            ring: SigningKeyRing(algorithms: ledger.algorithms, periods: ledger.periods, entries: entries)
        )
    }
}
