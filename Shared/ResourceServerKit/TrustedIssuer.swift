public import ServiceKit
public import TokenClient
public import Tokens

/// An issuer whose tokens count here, and where its keys are published.
public struct TrustedIssuer: Sendable {
    /// The `iss` of its tokens, compared as exact text.
    public let issuer: String
    /// https; a setting, never taken from a token.
    public let keySetURL: String

    public init(reading settings: SettingsReader, _ key: String) throws(SettingsError) {
        issuer = try settings.httpsURL("\(key).issuer")
        keySetURL = try settings.httpsURL("\(key).keySet")
    }
}

extension RemoteKeySet {
    /// The keys of all that a service trusts.
    public convenience init(of issuers: [TrustedIssuer], _ runtime: Runtime, sender: any HTTPSender) {
        self.init(
            sources: issuers.map { (issuer: $0.issuer, keySetURL: $0.keySetURL) },
            sender: sender,
            clock: runtime.clock,
            logger: runtime.logger
        )
        runtime.metrics.show(self)
    }
}

extension TokenValidator where Claims == AccessTokenClaims {
    /// A validator as every service has it: access tokens of the house are signed with ES256, and each validator remembers its own.
    ///
    /// - Parameters:
    ///   - revocations: of these issuers.
    ///   - proofs: nil where nobody can bring a token that is bound to a key.
    public init(
        trusting issuers: [String],
        audience: String,
        keys: any KeySource,
        revocations: any RevocationCheck,
        _ runtime: Runtime,
        proofs: DPoPProofValidator? = nil
    ) {
        let cache = VerifiedTokenCache<Claims>()
        runtime.metrics.show(cache)
        self.init(
            issuers: issuers,
            audience: audience,
            algorithms: [.es256],
            keys: keys,
            clock: runtime.clock,
            revocations: revocations,
            proofs: proofs,
            cache: cache
        )
    }
}
