public import Storage
import Synchronization
public import Tokens

/// The signing keys of one issuer: announced before they sign, kept after they stop.
///
/// All that is asked per request is answered from memory. The database is written only when a key is made or removed, and what
/// state a key is in follows from the clock (`KeyLife`): whatever was missed while the process was down, the next `maintain`
/// finds the same rows and comes to the same answer.
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

    public let name: Name
    public let periods: KeyPeriods
    private let algorithms: [Algorithm]
    private let database: any Database
    private let sealing: KeyEncryption
    private let clock: any WallClock
    private let memory: Mutex<Memory>
    private let views = Atomic<Int>(0)

    /// What the ring answers from.
    private struct Memory {
        var view = 0
        var ring: SigningKeyRing
        var page: PublishedKeys?
    }

    /// Opens every stored key of the ring `name` and makes the first of each algorithm that has none.
    ///
    /// - Throws: `KeyEncryptionFault.wrongKey` when the stored keys were sealed under another key-encryption key.
    public static func open(
        database: any Database,
        sealing: KeyEncryption,
        algorithms: [Algorithm],
        periods: KeyPeriods,
        clock: any WallClock,
        name: Name = .tokens
    ) async throws -> KeyRing {
        let ring = KeyRing(name, database, sealing, algorithms, periods, clock)
        // Before anything is written: with the wrong key-encryption key nothing may change.
        try ring.adopt(try await database.read { try KeyRows.all(name, $0) }, view: 0)
        try await ring.maintain()
        return ring
    }

    private init(
        _ name: Name,
        _ database: any Database,
        _ sealing: KeyEncryption,
        _ algorithms: [Algorithm],
        _ periods: KeyPeriods,
        _ clock: any WallClock
    ) {
        self.name = name
        self.database = database
        self.sealing = sealing
        self.algorithms = algorithms
        self.periods = periods
        self.clock = clock
        memory = Mutex(Memory(ring: SigningKeyRing(algorithms: algorithms, periods: periods)))
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
        return memory.withLock { $0.ring.lives }.map { KeyStatus(life: $0, state: $0.state(at: now)) }
    }

    /// Announces a successor now instead of at the planned end of the active key; it signs after `announceSeconds`.
    ///
    /// - Parameter algorithm: nil for every algorithm in use.
    /// - Gives: for each the announced key, and whether it was there before: then nothing was done.
    @discardableResult
    public func rotate(_ algorithm: Algorithm? = nil) async throws -> [KeyRotation] {
        let asked = algorithm.map { [$0] } ?? algorithms
        if let stranger = asked.first(where: { !algorithms.contains($0) }) {
            throw KeyRingFault.algorithmNotInUse(stranger.name)
        }
        let made = try await advance(asked: asked)
        return list().filter { $0.state == .announced && asked.contains($0.life.algorithm) }
            .map { KeyRotation(announced: $0.life, wasAnnouncedBefore: !made.contains($0.life.keyID)) }
    }

    /// Does what is due: announces successors, deletes what is removed. Safe to call at any time and any number of times.
    public func maintain() async throws { try await advance(asked: []) }

    /// - Gives: the ids of the keys that were made.
    @discardableResult
    private func advance(asked: [Algorithm]) async throws -> [String] {
        let now = clock.now()
        let known = memory.withLock { $0.ring.lives.map(\.moments) }
        let wanted = algorithms.filter { nextActivation($0, after: known, asked, now) != nil }
        let candidates = try await makeKeys(wanted)
        let (made, rows, view) = try await database.transaction { [self] connection in
            // A clock that was set ahead and back again must not leave a successor that waits for a year.
            try KeyRows.bringForward(to: now + periods.announceSeconds, name, connection)
            let stored = try KeyRows.all(name, connection).map(\.moments)
            for life in lives(stored) where life.state(at: now) == .removed {
                try KeyRows.delete(life.keyID, connection)
            }
            // Asked again, of the rows: somebody may have been quicker since we looked.
            let made = try candidates.filter { candidate in
                guard let activatesAt = nextActivation(candidate.algorithm, after: stored, asked, now) else {
                    return false
                }
                try KeyRows.insert(seal(candidate, announcedAt: now, activatesAt: activatesAt), name, connection)
                return true
            }
            // Transactions run one after the other, so this number orders what they saw.
            let view = views.wrappingAdd(1, ordering: .relaxed).newValue
            return (made.map(\.keyID), try KeyRows.all(name, connection), view)
        }
        try adopt(rows, view: view)
        return made
    }

    private func nextActivation(
        _ algorithm: Algorithm,
        after keys: [KeyMoments],
        _ asked: [Algorithm],
        _ now: NumericDate
    ) -> NumericDate? {
        KeyLife.nextActivation(
            of: algorithm,
            after: keys,
            asked: asked.contains(algorithm),
            periods: periods,
            now: now
        )
    }

    private func lives(_ keys: [KeyMoments]) -> [KeyLife] {
        KeyLife.lives(of: keys, algorithms: algorithms, periods: periods)
    }

    /// An RSA key takes a tenth of a second: made on a thread of the pool, not on the event loop that answers requests.
    private func makeKeys(_ algorithms: [Algorithm]) async throws -> [SigningKey] {
        guard !algorithms.isEmpty else { return [] }
        return try await Task.detached { try algorithms.map(SigningKey.generate) }.value
    }

    private func seal(_ key: SigningKey, announcedAt: NumericDate, activatesAt: NumericDate) throws -> KeyRow {
        KeyRow(
            moments: KeyMoments(
                keyID: key.keyID,
                algorithm: key.algorithm,
                announcedAt: announcedAt,
                activatesAt: activatesAt
            ),
            sealedPrivateKey: try sealing.seal(try key.exposePrivateKeyDER(), label: label(key.keyID))
        )
    }

    /// Takes `rows` into memory, unless a later view is there already.
    private func adopt(_ rows: [KeyRow], view: Int) throws {
        let opened = memory.withLock { $0.ring }
        let keys = try rows.map { row in
            let key = try opened.key(row.moments.keyID) ?? open(row)
            return SigningKeyRing.Entry(
                key: key,
                announcedAt: row.moments.announcedAt,
                activatesAt: row.moments.activatesAt
            )
        }
        memory.withLock { memory in
            guard view >= memory.view else { return }
            memory = Memory(
                view: view,
                ring: SigningKeyRing(algorithms: algorithms, periods: periods, entries: keys)
            )
        }
    }

    private func open(_ row: KeyRow) throws -> SigningKey {
        let der = try sealing.open(row.sealedPrivateKey, label: label(row.moments.keyID))
        return try SigningKey(algorithm: row.moments.algorithm, privateKeyDER: der)
    }

    /// Another for each ring: a row that somebody moves to another ring does not open there.
    private func label(_ keyID: String) -> String {
        switch name {
        case .tokens: "signing-key/\(keyID)"
        case .events: "signing-key/events/\(keyID)"
        }
    }
}
