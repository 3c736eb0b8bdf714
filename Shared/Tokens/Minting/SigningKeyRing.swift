/// The signing keys of one issuer in their four states: announced before they sign, kept after they stop.
///
/// ```swift
/// var ring = SigningKeyRing(algorithms: [.es256], periods: periods)
/// try ring.maintain(at: clock.now())  // Now and then, from a timer.
/// let key = ring.signingKey(.es256, at: clock.now())  // For `TokenMinter`.
/// let page = ring.published(at: clock.now()).document  // What verifiers fetch.
/// ```
///
/// A value without a lock or a store: whoever shares it guards it, whoever wants it to survive a restart keeps the keys
/// and their `KeyMoments`, and gives them back as `entries`.
public struct SigningKeyRing: Sendable {
    /// A key and its two moments.
    public struct Entry: Sendable {
        /// The key, private half included.
        public let key: SigningKey
        /// When it was first published.
        public let announcedAt: NumericDate
        /// When it begins to sign.
        public let activatesAt: NumericDate

        /// A key that was made or stored before.
        public init(key: SigningKey, announcedAt: NumericDate, activatesAt: NumericDate) {
            self.key = key
            self.announcedAt = announcedAt
            self.activatesAt = activatesAt
        }
    }

    /// The life of each key, ordered by algorithm and by when it signs.
    public private(set) var lives: [KeyLife] = []
    private var entries: [Entry]
    private let algorithms: [Algorithm]
    private let periods: KeyPeriods

    /// A ring of the keys that there are; it makes none before `maintain`.
    ///
    /// - Parameters:
    ///   - algorithms: those in use: there is one line of keys for each.
    ///   - periods: how long a key is announced, signs, and is kept.
    ///   - entries: keys of an earlier run, in any order.
    public init(algorithms: [Algorithm], periods: KeyPeriods, entries: [Entry] = []) {
        self.algorithms = algorithms
        self.periods = periods
        self.entries = entries
        putInOrder()
    }

    /// The key that signs at `now`; nil for an algorithm that is not in use, or before the first `maintain`.
    public func signingKey(_ algorithm: Algorithm, at now: NumericDate) -> SigningKey? {
        guard algorithms.contains(algorithm) else { return nil }
        return zip(entries, lives).first { $1.algorithm == algorithm && $1.state(at: now) == .active }?.0.key
    }

    /// The announced, active and retired keys of `now`: what verifiers must have.
    public func published(at now: NumericDate) -> KeySet {
        KeySet(zip(entries, lives).filter { $1.state(at: now).isPublished }.map(\.0.key.verificationKey))
    }

    /// The key with this id, in whatever state.
    public func key(_ keyID: String) -> SigningKey? { entries.first { $0.key.keyID == keyID }?.key }

    /// Announces the successors that are due, makes the first key of an algorithm that has none, and drops what is
    /// removed. Safe to call at any time and any number of times.
    ///
    /// - Parameters:
    ///   - now: this moment.
    ///   - asked: algorithms of which somebody wants a new key before its time.
    /// - Throws: the cryptography library's error where a key cannot be made; what was due is due still.
    public mutating func maintain(at now: NumericDate, rotating asked: [Algorithm] = []) throws {
        dropRemoved(at: now)
        // A clock that was set ahead and back again must not leave a successor that waits for a year.
        let latest = now + periods.announceSeconds
        entries = entries.map {
            Entry(key: $0.key, announcedAt: $0.announcedAt, activatesAt: min($0.activatesAt, latest))
        }
        putInOrder()
        let moments = lives.map(\.moments)
        for algorithm in algorithms {
            guard
                let activatesAt = KeyLife.nextActivation(
                    of: algorithm,
                    after: moments,
                    asked: asked.contains(algorithm),
                    periods: periods,
                    now: now
                )
            else { continue }
            entries.append(
                Entry(key: try SigningKey.generate(algorithm), announcedAt: now, activatesAt: activatesAt)
            )
        }
        putInOrder()
    }

    /// Takes a key out of use at once: it is off the page and signs no more. Where it was the one that signs, its successor does
    /// from now on: the announced key, or a new one.
    ///
    /// What the key signed stays good for whoever kept an older page: tell the verifiers (`RevocationTarget.key`).
    ///
    /// - Gives: false where the ring has no such key.
    /// - Throws: the cryptography library's error where a successor cannot be made; then nothing has changed.
    @discardableResult
    public mutating func revoke(_ keyID: String, at now: NumericDate) throws -> Bool {
        dropRemoved(at: now)
        guard let revoked = key(keyID) else { return false }
        switch KeySuccession(revoking: keyID, among: lives, algorithms: algorithms, at: now) {
        case .unchanged: break
        case .announced(let successor):
            entries = entries.map {
                $0.key.keyID == successor
                    ? Entry(key: $0.key, announcedAt: $0.announcedAt, activatesAt: now) : $0
            }
        case .new:
            let key = try SigningKey.generate(revoked.algorithm)
            entries.append(Entry(key: key, announcedAt: now, activatesAt: now))
        }
        entries.removeAll { $0.key.keyID == keyID }
        putInOrder()
        return true
    }

    private mutating func dropRemoved(at now: NumericDate) {
        entries = zip(entries, lives).filter { $1.state(at: now) != .removed }.map(\.0)
        putInOrder()
    }

    private mutating func putInOrder() {
        entries.sort {
            ($0.key.algorithm.name, $0.activatesAt, $0.key.keyID) < (
                $1.key.algorithm.name, $1.activatesAt, $1.key.keyID
            )
        }
        let moments = entries.map { entry in
            KeyMoments(
                keyID: entry.key.keyID,
                algorithm: entry.key.algorithm,
                announcedAt: entry.announcedAt,
                activatesAt: entry.activatesAt
            )
        }
        lives = KeyLife.lives(of: moments, algorithms: algorithms, periods: periods)
    }
}
