import Storage
import Tokens

/// The stored keys of one ring, and what one transaction does with them.
///
/// All rules are asked of the rows, inside the transaction: among several replicas on one database whoever commits first leads, for
/// just as long, and the next one finds nothing left to do. So there is no election, and no lease that the dead could hold.
struct KeyLedger: Sendable {
    let name: KeyRing.Name
    let algorithms: [Algorithm]
    let periods: KeyPeriods
    let sealing: KeyEncryption

    /// A key that was made before the transaction, to be taken if it turns out to be needed.
    struct Candidate: Sendable {
        let key: SigningKey
        let sealedPrivateKey: [UInt8]
    }

    func rows(_ connection: any SQLConnection) throws -> [KeyRow] { try KeyRows.all(name, connection) }

    func lives(_ keys: [KeyMoments]) -> [KeyLife] {
        KeyLife.lives(of: keys, algorithms: algorithms, periods: periods)
    }

    func makeCandidate(_ algorithm: Algorithm) throws -> Candidate {
        let key = try SigningKey.generate(algorithm)
        return Candidate(
            key: key,
            sealedPrivateKey: try sealing.seal(try key.exposePrivateKeyDER(), label: label(key.keyID))
        )
    }

    func open(_ row: KeyRow) throws -> SigningKey {
        let der = try sealing.open(row.sealedPrivateKey, label: label(row.moments.keyID))
        return try SigningKey(algorithm: row.moments.algorithm, privateKeyDER: der)
    }

    /// When a new key of `algorithm` is wanted for, and nil when none is.
    func nextActivation(
        _ algorithm: Algorithm,
        after keys: [KeyMoments],
        asked: [Algorithm],
        now: NumericDate
    ) -> NumericDate? {
        KeyLife.nextActivation(
            of: algorithm,
            after: keys,
            asked: asked.contains(algorithm),
            periods: periods,
            now: now
        )
    }

    /// Deletes what is removed, and announces those of the candidates that are still wanted.
    ///
    /// - Gives: the ids of the keys that were announced.
    func advance(
        at now: NumericDate,
        asked: [Algorithm],
        candidates: [Candidate],
        _ connection: any SQLConnection
    ) throws -> [String] {
        // A clock that was set ahead and back again must not leave a successor that waits for a year.
        try KeyRows.bringForward(to: now + periods.announceSeconds, name, connection)
        let stored = try rows(connection).map(\.moments)
        for life in lives(stored) where life.state(at: now) == .removed {
            try KeyRows.delete(life.keyID, connection)
        }
        return try candidates.compactMap { candidate in
            let algorithm = candidate.key.algorithm
            guard let activatesAt = nextActivation(algorithm, after: stored, asked: asked, now: now) else {
                return nil
            }
            try insert(candidate, announcedAt: now, activatesAt: activatesAt, connection)
            return candidate.key.keyID
        }
    }

    /// Takes a key out of use, its private half with it, and lets its successor begin: one of the candidates, where none is
    /// announced.
    ///
    /// - Gives: false when it was revoked before.
    /// - Throws: `KeyRingFault.keyUnknown`.
    func revoke(
        _ keyID: String,
        at now: NumericDate,
        candidates: [Candidate],
        _ connection: any SQLConnection
    ) throws -> Bool {
        let lives = lives(try rows(connection).map(\.moments))
        guard let life = lives.first(where: { $0.keyID == keyID }) else { throw KeyRingFault.keyUnknown }
        guard life.moments.revokedAt == nil else { return false }
        switch KeySuccession(revoking: keyID, among: lives, algorithms: algorithms, at: now) {
        case .unchanged: break
        case .announced(let successor): try KeyRows.activate(successor, at: now, connection)
        case .new:
            for candidate in candidates where candidate.key.algorithm == life.algorithm {
                try insert(candidate, announcedAt: now, activatesAt: now, connection)
            }
        }
        try KeyRows.revoke(keyID, at: now, connection)
        return true
    }

    private func insert(
        _ candidate: Candidate,
        announcedAt: NumericDate,
        activatesAt: NumericDate,
        _ connection: any SQLConnection
    ) throws {
        let moments = KeyMoments(
            keyID: candidate.key.keyID,
            algorithm: candidate.key.algorithm,
            announcedAt: announcedAt,
            activatesAt: activatesAt
        )
        try KeyRows.insert(KeyRow(moments: moments, sealedPrivateKey: candidate.sealedPrivateKey), name, connection)
    }

    /// Another for each ring: a row that somebody moves to another ring does not open there.
    private func label(_ keyID: String) -> String {
        switch name {
        case .tokens: "signing-key/\(keyID)"
        case .events: "signing-key/events/\(keyID)"
        }
    }
}
