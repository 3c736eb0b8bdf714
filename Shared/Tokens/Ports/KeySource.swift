/// Where a validator finds the public keys of the issuers it trusts.
public protocol KeySource: Sendable {
    /// The key as far as it is known at this moment: no waiting, no network. The hot path.
    func knownKey(_ keyID: String, issuer: String) -> VerificationKey?

    /// The key after asking the issuer where that is due; nil when the issuer does not have it.
    ///
    /// - Throws: `DependencyUnavailable` when no key set of the issuer can be had: nobody's token is wrong then, and
    ///   the answer is 503, never 401.
    func key(_ keyID: String, issuer: String) async throws(DependencyUnavailable) -> VerificationKey?
}

/// Something this service needs does not answer. A fault of the house (503), not of the caller.
public struct DependencyUnavailable: Outage, Sendable, CustomStringConvertible {
    /// Its name, for the log: "key set of https://…".
    public let dependency: String

    /// A fault of what is called `dependency` in the log.
    public init(_ dependency: String) { self.dependency = dependency }

    /// The dependency's name: it is away by definition.
    public var outage: String? { dependency }

    /// The dependency's name, and that it is unavailable.
    public var description: String { "\(dependency) is unavailable" }
}

/// Keys that are at hand: an issuer's own, a client's registered ones, a test's.
public struct FixedKeys: KeySource {
    private let issuer: String
    private let keys: KeySet

    /// The keys of one issuer; for every other issuer there are none.
    public init(_ keys: KeySet, issuer: String) {
        self.keys = keys
        self.issuer = issuer
    }

    /// The key, if `issuer` is the one these keys are of.
    public func knownKey(_ keyID: String, issuer: String) -> VerificationKey? {
        issuer == self.issuer ? keys[keyID] : nil
    }

    /// As `knownKey`: there is nobody to ask.
    public func key(_ keyID: String, issuer: String) -> VerificationKey? { knownKey(keyID, issuer: issuer) }
}
