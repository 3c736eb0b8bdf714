public import Tokens

/// Where a key is on its way: announced -> active -> retired -> removed.
public enum KeyState: String, Sendable, CaseIterable {
    /// Published, so that every verifier knows it in time; it signs nothing yet.
    case announced
    /// It signs. There is exactly one such key of each algorithm, at any moment.
    case active
    /// It signs no more, but tokens that it signed may still be alive.
    case retired
    /// Nothing that it signed is valid any longer; it is published no more.
    case removed
}

/// One key's moments, and from them its state: a state is never stored, so no restart, missed timer or moved clock can leave a key
/// in a wrong one.
///
/// Two moments stand in the database, two follow from the successor. The keys of one algorithm divide the whole of time among them:
/// each is active from its `activatesAt` to its successor's, the first since ever, the last for ever.
public struct KeyLife: Sendable, Equatable {
    public let keyID: String
    public let algorithm: Algorithm
    public let announcedAt: NumericDate
    public let activatesAt: NumericDate
    /// The successor's `activatesAt`; nil while there is none.
    public let retiredAt: NumericDate?
    /// `retireSeconds` later.
    public let removedAt: NumericDate?
    /// Without a predecessor there is nobody else who could sign, wherever the clock stands.
    let isFirst: Bool

    public func state(at now: NumericDate) -> KeyState {
        if let removedAt, now >= removedAt { return .removed }
        if let retiredAt, now >= retiredAt { return .retired }
        return isFirst || now >= activatesAt ? .active : .announced
    }

    /// The lives of all keys of a ring.
    ///
    /// - Takes: rows ordered by algorithm and `activatesAt`.
    /// - Parameter algorithms: those in use. The last key of any other signs no more and retires at its planned end.
    static func lives(of rows: [KeyRow], algorithms: [Algorithm], periods: KeyPeriods) -> [KeyLife] {
        rows.indices.map { index in
            let row = rows[index]
            let successor = rows[(index + 1)...].first.flatMap { $0.algorithm == row.algorithm ? $0 : nil }
            let plannedEnd = row.activatesAt + periods.activeSeconds
            let retiredAt = successor?.activatesAt ?? (algorithms.contains(row.algorithm) ? nil : plannedEnd)
            return KeyLife(
                keyID: row.keyID,
                algorithm: row.algorithm,
                announcedAt: row.announcedAt,
                activatesAt: row.activatesAt,
                retiredAt: retiredAt,
                removedAt: retiredAt.map { $0 + periods.retireSeconds },
                isFirst: index == 0 || rows[index - 1].algorithm != row.algorithm
            )
        }
    }

    /// When a new key of `algorithm` should begin to sign; nil when none is wanted now.
    ///
    /// - Parameter asked: somebody wants a new key before the planned end of the active one.
    static func nextActivation(
        of algorithm: Algorithm,
        after rows: [KeyRow],
        asked: Bool,
        periods: KeyPeriods,
        now: NumericDate
    ) -> NumericDate? {
        guard let newest = rows.last(where: { $0.algorithm == algorithm }) else {
            // The very first: no verifier can have kept a page without it. (Of an algorithm that joins a ring in use, no token can
            // have been asked for before; its unknown key id makes a verifier fetch.)
            return now
        }
        guard newest.activatesAt <= now else { return nil }
        let earliest = now + periods.announceSeconds
        if asked { return earliest }
        let plannedEnd = newest.activatesAt + periods.activeSeconds
        return plannedEnd <= earliest ? earliest : nil
    }
}
