/// Who signs from now on when a key is revoked.
///
/// A successor should be announced before it signs. After a revocation it cannot always be: better one question more from every
/// verifier, which does not know it yet, than one more token by a key that is in a thief's hands.
public enum KeySuccession: Sendable, Equatable {
    /// The key did not sign: whoever does goes on.
    case unchanged
    /// The key with this id: it waits on the page already, and begins now.
    case announced(String)
    /// One that has to be made, and begins now.
    case new

    /// What the revocation of the key `keyID` at `now` asks for.
    ///
    /// - Parameters:
    ///   - keyID: of the key that goes.
    ///   - lives: of the ring, before the revocation and without removed keys: their time must not come back when others go.
    ///   - algorithms: those in use.
    ///   - now: the moment of the revocation.
    public init(revoking keyID: String, among lives: [KeyLife], algorithms: [Algorithm], at now: NumericDate) {
        guard let revoked = lives.first(where: { $0.keyID == keyID }), revoked.state(at: now) == .active,
            algorithms.contains(revoked.algorithm)
        else {
            self = .unchanged
            return
        }
        let next = lives.first { $0.algorithm == revoked.algorithm && $0.state(at: now) == .announced }
        self = next.map { .announced($0.keyID) } ?? .new
    }
}
