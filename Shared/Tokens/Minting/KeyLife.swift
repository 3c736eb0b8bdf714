/// Where a key is on its way: announced -> active -> retired -> removed; or, from any of the first three, revoked -> removed.
public enum KeyState: String, Sendable, CaseIterable {
    /// Published, so that every verifier knows it in time; it signs nothing yet.
    case announced
    /// It signs. There is exactly one such key of each algorithm, at any moment.
    case active
    /// It signs no more, but tokens that it signed may still be alive.
    case retired
    /// Nothing that it signed is valid any longer; it is published no more.
    case removed
    /// Taken out of use before its time: it signs nothing and is not published, and is only remembered.
    case revoked

    /// Whether verifiers find it on the page.
    public var isPublished: Bool {
        switch self {
        case .announced, .active, .retired: true
        case .removed, .revoked: false
        }
    }
}

/// What has to be kept of a key besides the key itself: two moments, a third for a key that was revoked, no state.
public struct KeyMoments: Sendable, Equatable {
    /// `kid`.
    public let keyID: String
    /// The one algorithm that the key signs with.
    public let algorithm: Algorithm
    /// When it was first published.
    public let announcedAt: NumericDate
    /// When it begins to sign.
    public let activatesAt: NumericDate
    /// When it was taken out of use; nil for nearly all. It counts wherever the clock stands: no clock brings a stolen key back.
    public let revokedAt: NumericDate?

    /// The moments of one key.
    public init(
        keyID: String,
        algorithm: Algorithm,
        announcedAt: NumericDate,
        activatesAt: NumericDate,
        revokedAt: NumericDate? = nil
    ) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.announcedAt = announcedAt
        self.activatesAt = activatesAt
        self.revokedAt = revokedAt
    }
}

/// One key's moments, and from them its state: a state is never stored, so no restart, missed timer or moved clock can
/// leave a key in a wrong one.
///
/// Two moments are kept, two follow from the successor. The keys of one algorithm divide the whole of time among them:
/// each is active from its `activatesAt` to its successor's, the first since ever, the last for ever. A revoked key stands
/// aside and has no part in this: the others divide the time as if it had never been, so that somebody signs at every moment.
public struct KeyLife: Sendable, Equatable {
    /// What is kept of the key.
    public let moments: KeyMoments
    /// The successor's `activatesAt`; nil while there is none, and for a revoked key.
    public let retiredAt: NumericDate?
    /// `KeyPeriods.retireSeconds` after it was retired, or revoked.
    public let removedAt: NumericDate?
    /// Without a predecessor there is nobody else who could sign, wherever the clock stands.
    private let isFirst: Bool

    /// `kid`.
    public var keyID: String { moments.keyID }
    /// The one algorithm that the key signs with.
    public var algorithm: Algorithm { moments.algorithm }

    /// The state at `now`.
    public func state(at now: NumericDate) -> KeyState {
        if let removedAt, now >= removedAt { return .removed }
        if moments.revokedAt != nil { return .revoked }
        if let retiredAt, now >= retiredAt { return .retired }
        return isFirst || now >= moments.activatesAt ? .active : .announced
    }

    /// The lives of all keys of a ring.
    ///
    /// - Parameters:
    ///   - moments: ordered by algorithm, and within one by `activatesAt`.
    ///   - algorithms: those in use. The last key of any other signs no more and retires at its planned end.
    ///   - periods: of the ring.
    public static func lives(
        of moments: [KeyMoments],
        algorithms: [Algorithm],
        periods: KeyPeriods
    ) -> [KeyLife] {
        moments.indices.map { index in
            let key = moments[index]
            func isInLine(_ other: KeyMoments) -> Bool { other.algorithm == key.algorithm && other.revokedAt == nil }
            let successor = moments[(index + 1)...].first(where: isInLine)
            let plannedEnd = algorithms.contains(key.algorithm) ? nil : key.activatesAt + periods.activeSeconds
            let retiredAt = key.revokedAt == nil ? successor?.activatesAt ?? plannedEnd : nil
            return KeyLife(
                moments: key,
                retiredAt: retiredAt,
                removedAt: (key.revokedAt ?? retiredAt).map { $0 + periods.retireSeconds },
                isFirst: !moments[..<index].contains(where: isInLine)
            )
        }
    }

    /// When a new key of `algorithm` should begin to sign; nil when none is wanted now.
    ///
    /// - Parameters:
    ///   - algorithm: one that is in use.
    ///   - moments: of the keys that there are, ordered as for `lives`.
    ///   - asked: somebody wants a new key before the planned end of the active one.
    ///   - periods: of the ring.
    ///   - now: the moment at which the new key would be announced.
    public static func nextActivation(
        of algorithm: Algorithm,
        after moments: [KeyMoments],
        asked: Bool,
        periods: KeyPeriods,
        now: NumericDate
    ) -> NumericDate? {
        guard let newest = moments.last(where: { $0.algorithm == algorithm && $0.revokedAt == nil }) else {
            // The very first: no verifier can have kept a page without it. (Of an algorithm that joins a ring in use, no
            // token can have been asked for before; its unknown key id makes a verifier fetch.)
            return now
        }
        guard newest.activatesAt <= now else { return nil }
        let earliest = now + periods.announceSeconds
        if asked { return earliest }
        let plannedEnd = newest.activatesAt + periods.activeSeconds
        return plannedEnd <= earliest ? earliest : nil
    }
}
