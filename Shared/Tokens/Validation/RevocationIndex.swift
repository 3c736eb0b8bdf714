import Synchronization

/// What has been revoked and could still be alive somewhere: asked on every request, fed with the issuers' events.
///
/// - A token, a session and a key are revoked whole. A subject, a client and a grant (what one client was given in one
///   session) are revoked up to a moment: a user whose
///   sessions were all ended signs in again, and that token is good. Of a token from the very second of the revocation
///   nobody can say which came first; it counts as revoked (issuers: `earliestIssue`).
/// - An entry dies `tokenLifetimeSecondsMax` and the clock skew after its moment: every token issued before has expired
///   by then. A thief may go on signing with a stolen key, but its issuer has to have it off the key set by then.
/// - Dead entries answer nothing and leave when their table is built anew: when it is full, and once in every such
///   period in which something is revoked. Whoever revokes builds it beside the old one; no request ever waits for it.
/// - 26 bytes an entry at most; for the moment in which a table stands beside its successor, 46.
///
/// A new index knows nothing: whoever feeds it brings it what was revoked in the last such period, and then says so with
/// `confirm`, and again whenever nothing new was to be had. As long as it has not, or no longer, `requireFresh` throws.
public final class RevocationIndex: RevocationCheck, Sendable {
    private enum Kind: Int, CaseIterable { case token, session, subject, client, key, grant }

    private let tokenLifetimeSecondsMax: Int64
    private let entriesMax: Int
    private let staleAfterSeconds: Int64
    private let clock: any WallClock
    /// A handful of issuers: looking along them is quicker than hashing a name.
    private let confirmed = Mutex<[(issuer: String, at: NumericDate)]>([])
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
    ///   - staleAfterSeconds: for how long a route that fails closed goes on after the last `confirm`.
    ///   - entriesMax: revocations alive at most, of all kinds together. By default 3,200 a second where tokens live
    ///     for 600 s, in 52 MB.
    public init(
        tokenLifetimeSecondsMax: Int64,
        clock: any WallClock,
        staleAfterSeconds: Int64 = 60,
        entriesMax: Int = 2_000_000
    ) {
        self.tokenLifetimeSecondsMax = tokenLifetimeSecondsMax
        self.staleAfterSeconds = staleAfterSeconds
        self.entriesMax = entriesMax
        self.clock = clock
        let now = clock.now()
        tables = Mutex(Kind.allCases.map { _ in RevocationIndexTable(roomFor: 0, builtAt: now) })
    }

    /// Whether the token, its session, its key, or up to its `iat` its subject, client or grant, has been revoked; or any of
    /// this of a token that it was exchanged from.
    public func isRevoked(_ token: RevocableToken) -> Bool {
        isItselfRevoked(token) || token.sources.contains(where: isItselfRevoked)
    }

    private func isItselfRevoked(_ token: RevocableToken) -> Bool {
        let (whole, upTo) = moments(of: token)
        let moment = token.issuedAt <= upTo ? max(whole, upTo) : whole
        return isAlive(moment, at: clock.now())
    }

    /// From which `iat` on a token like this one is good: its own, or the second after what revoked its subject, client or
    /// grant; nil where its id, its session or its key has been revoked, or a token that it was exchanged from, which no date
    /// changes.
    ///
    /// For issuers: whoever signs in again in the very second of the revocation gets a token that is dated one second ahead,
    /// which every verifier lets pass (`Bounds.clockSkewSeconds`). How far ahead it dates is for the issuer to bound.
    public func earliestIssue(for token: RevocableToken) -> NumericDate? {
        let now = clock.now()
        let (whole, upTo) = moments(of: token)
        guard !isAlive(whole, at: now), !token.sources.contains(where: isItselfRevoked) else { return nil }
        return isAlive(upTo, at: now) ? max(token.issuedAt, upTo + 1) : token.issuedAt
    }

    /// When the token was last revoked whole, and when up to a moment; `never` where it was not.
    private func moments(of token: RevocableToken) -> (whole: NumericDate, upTo: NumericDate) {
        let scope = hash.scope(of: token.issuer)
        let tokenID = hash(token.tokenID, in: scope)
        let session = hash(token.sessionID, in: scope)
        let subject = hash(token.subject, in: scope)
        let client = hash(token.clientID, in: scope)
        let key = hash(token.keyID, in: scope)
        let grant = hash(session, and: client)
        return tables.withLock { tables in
            let whole = max(
                tables[Kind.token.rawValue].moment(of: tokenID),
                tables[Kind.session.rawValue].moment(of: session),
                tables[Kind.key.rawValue].moment(of: key)
            )
            let upTo = max(
                tables[Kind.subject.rawValue].moment(of: subject),
                tables[Kind.client.rawValue].moment(of: client),
                tables[Kind.grant.rawValue].moment(of: grant)
            )
            return (whole, upTo)
        }
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
        let (kind, hash) = place(of: target, in: hash.scope(of: issuer))
        try revoking.withLock { _ throws(DependencyUnavailable) in
            try makeRoom(for: hash, kind, now)
            tables.withLock { $0[kind.rawValue].insert(hash, at: moment) }
        }
    }

    /// Says that everything the issuer had revoked at `moment` is in here.
    public func confirm(issuer: String, at moment: NumericDate) {
        let now = clock.now()
        confirmed.withLock { confirmed in
            if let index = confirmed.firstIndex(where: { $0.issuer.isExactly(issuer) }) {
                let last = confirmed[index].at
                // One of the future was taken before the clock went back: it would hide a silence as long as that jump.
                confirmed[index].at = last > now ? moment : max(last, moment)
            } else {
                confirmed.append((issuer, moment))
            }
        }
    }

    /// Seconds since the last `confirm`; nil before the first, and where that one lies in the future: a clock that was ahead has gone
    /// back, and how old the news is nobody can say before the next. (`NumericDate(.max)` is for an issuer's own revocations, which it
    /// never has to hear of.)
    public func ageSeconds(of issuer: String) -> Int64? {
        guard let moment = confirmed.withLock({ $0.first { $0.issuer.isExactly(issuer) }?.at }) else { return nil }
        if moment == NumericDate(.max) { return 0 }
        let age = clock.now().seconds(since: moment)
        return age < -Bounds.clockSkewSeconds ? nil : max(0, age)
    }

    /// Lets pass whoever stands on news that is young enough.
    ///
    /// - Throws: `DependencyUnavailable("revocation feed of <issuer>")` before the first `confirm`, and when the last one is
    ///   longer ago than `rule` allows.
    public func requireFresh(issuer: String, _ rule: StalenessRule) throws(DependencyUnavailable) {
        let ageSecondsMax =
            switch rule {
            case .failClosed: staleAfterSeconds
            case .trust(let secondsMax): max(secondsMax, staleAfterSeconds)
            }
        guard let age = ageSeconds(of: issuer), age <= ageSecondsMax else {
            throw DependencyUnavailable("revocation feed of \(issuer)")
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
        moment > RevocationIndexTable.never && now < moment + tokenLifetimeSecondsMax + Bounds.clockSkewSeconds
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

    private func place(of target: RevocationTarget, in scope: UInt64) -> (Kind, hash: UInt64) {
        switch target {
        case .token(let id): (.token, hash(id, in: scope))
        case .session(let id): (.session, hash(id, in: scope))
        case .grant(let session, let client):
            (.grant, hash(hash(session, in: scope), and: hash(client, in: scope)))
        case .subject(let id): (.subject, hash(id, in: scope))
        case .client(let id): (.client, hash(id, in: scope))
        case .key(let id): (.key, hash(id, in: scope))
        }
    }
}
