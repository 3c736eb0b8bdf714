public import Tokens

/// One key and its state at the moment of asking; for operators.
public struct KeyStatus: Sendable, Equatable {
    public let life: KeyLife
    public let state: KeyState
}

/// What became of a wish to rotate.
public struct KeyRotation: Sendable, Equatable {
    /// The key that signs next.
    public let announced: KeyLife
    /// It was announced before, and the wish changed nothing.
    public let wasAnnouncedBefore: Bool
}

/// What became of a revocation.
public struct KeyRevocation: Sendable, Equatable {
    /// The key that is out of use.
    public let revoked: KeyLife
    /// The key that signs now; nil for an algorithm that is no longer in use.
    public let active: KeyLife?
    /// It was revoked before, and nothing was done.
    public let wasRevokedBefore: Bool

    init(of keyID: String, among lives: [KeyLife], wasRevokedBefore: Bool, at now: NumericDate) throws {
        guard let revoked = lives.first(where: { $0.keyID == keyID }) else { throw KeyRingFault.keyUnknown }
        self.revoked = revoked
        active = lives.first { $0.algorithm == revoked.algorithm && $0.state(at: now) == .active }
        self.wasRevokedBefore = wasRevokedBefore
    }
}

/// A fault of the ring.
public enum KeyRingFault: Error, Equatable, CustomStringConvertible {
    /// Nobody has told the ring to keep keys of this algorithm.
    case algorithmNotInUse(String)
    /// The database holds a key of an algorithm that this version does not know.
    case algorithmUnknown(String)
    /// There is no such key, or nothing that it signed is valid any longer.
    case keyUnknown

    public var description: String {
        switch self {
        case .algorithmNotInUse(let name): "the key ring holds no \(name) keys"
        case .algorithmUnknown(let name):
            "the database holds a signing key for \(name), unknown here: run the version that wrote it"
        case .keyUnknown: "the key ring holds no such key"
        }
    }
}

/// The public keys of one stretch of time, written out once.
struct PublishedKeys: Sendable {
    let keys: KeySet
    let document: [UInt8]
    /// What is published changes only when a key is removed: between two such moments one page serves.
    private let validFrom: NumericDate
    private let validUntil: NumericDate

    init(_ ring: SigningKeyRing, at now: NumericDate) {
        keys = ring.published(at: now)
        document = JSONWriter.bytes(keys.document)
        let removals = ring.lives.compactMap(\.removedAt)
        validFrom = removals.filter { $0 <= now }.max() ?? NumericDate(.min)
        validUntil = removals.filter { $0 > now }.min() ?? NumericDate(.max)
    }

    func holds(at now: NumericDate) -> Bool { validFrom <= now && now < validUntil }
}

/// The ring as its own issuer's verifier sees it: an issuer that reads its own tokens asks nobody.
public struct OwnKeys: KeySource {
    let ring: KeyRing
    let issuer: String

    public func knownKey(_ keyID: String, issuer: String) -> VerificationKey? {
        issuer == self.issuer ? ring.published[keyID] : nil
    }

    public func key(_ keyID: String, issuer: String) -> VerificationKey? { knownKey(keyID, issuer: issuer) }
}

extension KeyRing {
    /// The published keys as the source for tokens of `issuer`, which is the ring's owner.
    public func keySource(issuer: String) -> OwnKeys { OwnKeys(ring: self, issuer: issuer) }
}
