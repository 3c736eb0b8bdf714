import Synchronization

/// What has been revoked and could still be alive somewhere: asked on every request, fed with the issuers' events.
///
/// - A token, a session and a key are revoked whole. A subject and a client are revoked up to a moment: a user whose
///   sessions were all ended signs in again, and that token is good. Of a token from the very second of the revocation
///   nobody can say which came first; it counts as revoked, and whoever signed in just then signs in once more.
/// - An entry dies `tokenLifetimeSecondsMax` and the clock skew after its moment: every token issued before has expired
///   by then. A thief may go on signing with a stolen key, but its issuer has to have it off the key set by then.
/// - Dead entries answer nothing and leave when their table is built anew: when it is full, and once in every such
///   period in which something is revoked. Whoever revokes builds it beside the old one; no request ever waits for it.
/// - 26 bytes an entry at most; for the moment in which a table stands beside its successor, 46.
///
/// A new index knows nothing: whoever feeds it brings it what was revoked in the last such period, and only then lets
/// requests in.
public final class RevocationIndex: RevocationCheck, Sendable {
    private enum Kind: Int, CaseIterable { case token, session, subject, client, key }

    private let tokenLifetimeSecondsMax: Int64
    private let entriesMax: Int
    private let clock: any WallClock
    private let hash = RevocationIndexHash()
    /// Held by whoever revokes, from beginning to end. `tables` is held for single steps only.
    private let revoking = Mutex(())
    private let tables: Mutex<[RevocationIndexTable]>

    /// An index that knows nothing yet.
    ///
    /// - Parameters:
    ///   - tokenLifetimeSecondsMax: the longest life of any token that this index is asked about. Too small a number
    ///     forgets revocations of tokens that are still good.
    ///   - clock: by which entries die; that of the validators which ask.
    ///   - entriesMax: revocations alive at most, of all kinds together. By default 3,200 a second where tokens live
    ///     for 600 s, in 52 MB.
    public init(tokenLifetimeSecondsMax: Int64, clock: any WallClock, entriesMax: Int = 2_000_000) {
        self.tokenLifetimeSecondsMax = tokenLifetimeSecondsMax
        self.entriesMax = entriesMax
        self.clock = clock
        let now = clock.now()
        tables = Mutex(Kind.allCases.map { _ in RevocationIndexTable(roomFor: 0, builtAt: now) })
    }

    /// Whether the token, its session, its key, or up to its `iat` its subject or client, has been revoked.
    public func isRevoked(_ token: RevocableToken) -> Bool {
        let scope = hash.scope(of: token.issuer)
        let tokenID = hash(token.tokenID, in: scope)
        let session = hash(token.sessionID, in: scope)
        let subject = hash(token.subject, in: scope)
        let client = hash(token.clientID, in: scope)
        let key = hash(token.keyID, in: scope)
        let moment = tables.withLock { tables in
            let whole = max(
                tables[Kind.token.rawValue].moment(of: tokenID),
                tables[Kind.session.rawValue].moment(of: session),
                tables[Kind.key.rawValue].moment(of: key)
            )
            let upTo = max(
                tables[Kind.subject.rawValue].moment(of: subject),
                tables[Kind.client.rawValue].moment(of: client)
            )
            return token.issuedAt <= upTo ? max(whole, upTo) : whole
        }
        return moment > RevocationIndexTable.never && isAlive(moment, at: clock.now())
    }

    /// Revokes `target` of `issuer` as of `moment`. Of several moments of one target the latest counts.
    ///
    /// - Throws: `DependencyUnavailable` when `entriesMax` revocations are alive. Nothing has been forgotten, and this
    ///   one has not been taken in: whoever feeds the index keeps the event for another try and lets no request pass
    ///   until it succeeds. Room comes back by the second, as entries die.
    public func revoke(
        _ target: RevocationTarget,
        issuer: String,
        at moment: NumericDate
    ) throws(DependencyUnavailable) {
        let now = clock.now()
        guard isAlive(moment, at: now) else { return }
        let (kind, identifier) = Self.parts(of: target)
        let hash = hash(identifier, in: hash.scope(of: issuer))
        try revoking.withLock { _ throws(DependencyUnavailable) in
            try makeRoom(for: hash, kind, now)
            tables.withLock { $0[kind.rawValue].insert(hash, at: moment) }
        }
    }

    /// Revocations that are alive. Walks over all of them, and no request waits for it: for a gauge, not for a loop.
    public var count: Int {
        let now = clock.now()
        return revoking.withLock { _ in
            tables.withLock { $0 }.reduce(0) { $0 + $1.count { isAlive($0, at: now) } }
        }
    }

    private func isAlive(_ moment: NumericDate, at now: NumericDate) -> Bool {
        now < moment + tokenLifetimeSecondsMax + Bounds.clockSkewSeconds
    }

    /// Sees to it that `insert` finds room, or finds the hash there already. Only called by who holds `revoking`: what
    /// it has read of the tables stays true until it writes.
    private func makeRoom(for hash: UInt64, _ kind: Kind, _ now: NumericDate) throws(DependencyUnavailable) {
        guard table(kind).moment(of: hash) == RevocationIndexTable.never else { return }
        if entriesCount >= entriesMax {
            // What was built within this second holds nothing dead: at most one such walk in a second.
            for kind in Kind.allCases where table(kind).builtAt < now { rebuild(kind, now) }
            guard entriesCount < entriesMax else { throw DependencyUnavailable("revocation index") }
        }
        if !table(kind).hasRoom || !isAlive(table(kind).builtAt, at: now) { rebuild(kind, now) }
    }

    private var entriesCount: Int { tables.withLock { $0.reduce(0) { $0 + $1.count } } }

    private func table(_ kind: Kind) -> RevocationIndexTable { tables.withLock { $0[kind.rawValue] } }

    /// Requests read the old table until the new one stands in its place.
    private func rebuild(_ kind: Kind, _ now: NumericDate) {
        let old = table(kind)
        let new = old.rebuilt(at: now) { isAlive($0, at: now) }
        tables.withLock { $0[kind.rawValue] = new }
    }

    private static func parts(of target: RevocationTarget) -> (Kind, String) {
        switch target {
        case .token(let id): (.token, id)
        case .session(let id): (.session, id)
        case .subject(let id): (.subject, id)
        case .client(let id): (.client, id)
        case .key(let id): (.key, id)
        }
    }
}
