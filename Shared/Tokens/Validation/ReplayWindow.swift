import Synchronization

/// Remembers in memory which DPoP proofs were used, for as long as each of them would be accepted (RFC 9449 §11.1).
///
/// An identifier is kept as its SHA-256: a proof's author decides how long its `jti` is, and shall not decide how much
/// memory that takes. Claims go into one generation after another; each has its size from the start and is dropped
/// whole when the last proof in it has expired, so that no claim waits for a table to grow or to be swept.
///
/// When every generation is full and none has expired, a claim is a fault and the answer 503: to forget a proof that
/// could be replayed would be worse. Claim only what was verified, or strangers fill the window.
///
/// The clock must not be set back: what had expired by it is forgotten, and would be good again.
///
/// It is one process's memory: what several processes must remember together, or beyond a restart, needs a
/// `ReplayCache` in a store.
public final class ReplayWindow: ReplayCache, Sendable {
    private struct Generation {
        var expiries: [TokenDigest: NumericDate]
        var lastExpiry = NumericDate(.min)
    }

    private static let generationsMax = 8

    private let entriesPerGeneration: Int
    private let clock: any WallClock
    private let generations = Mutex<[Generation]>([])

    /// A window that remembers nothing yet.
    ///
    /// - Parameters:
    ///   - clock: by which identifiers expire; that of whoever accepts them.
    ///   - entriesMax: identifiers remembered at most, eight at the least; about 80 bytes each. An eighth of them may have
    ///     expired. By default 2,800 proofs a second where each is accepted for 80 s, in 21 MB.
    public init(clock: any WallClock, entriesMax: Int = 262_144) {
        self.clock = clock
        entriesPerGeneration = max(1, entriesMax / Self.generationsMax)
    }

    /// Whether `identifier` is claimed for the first time; it is then remembered until `expiry`, and from that second
    /// on forgotten. One that has expired is not claimed at all: false.
    ///
    /// - Throws: `DependencyUnavailable` when the window is full.
    public func claim(_ identifier: String, until expiry: NumericDate) throws(DependencyUnavailable) -> Bool {
        let digest = TokenDigest(of: identifier)
        let now = clock.now()
        return try generations.withLock { generations throws(DependencyUnavailable) in
            // What expired while it was being checked is not new: it may have been used and forgotten just before.
            guard expiry > now else { return false }
            if generations.contains(where: { ($0.expiries[digest] ?? now) > now }) { return false }
            generations.removeAll { $0.lastExpiry <= now }
            let youngest = try youngest(of: &generations)
            generations[youngest].expiries[digest] = expiry
            generations[youngest].lastExpiry = max(generations[youngest].lastExpiry, expiry)
            return true
        }
    }

    /// The generation that takes the next claim; a new one where the last is full.
    private func youngest(of generations: inout [Generation]) throws(DependencyUnavailable) -> Int {
        if let last = generations.indices.last, generations[last].expiries.count < entriesPerGeneration { return last }
        guard generations.count < Self.generationsMax else { throw DependencyUnavailable("replay window") }
        generations.append(Generation(expiries: Dictionary(minimumCapacity: entriesPerGeneration)))
        return generations.count - 1
    }
}
