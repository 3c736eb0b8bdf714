/// A token that has passed every check. Only `TokenValidator` can make one: a handler that holds it need not ask again.
public struct VerifiedToken<Claims: TokenClaims>: Sendable {
    /// The claims, every one of them checked.
    public let claims: Claims
    /// The token as it came, for passing on as a `subject_token`.
    public let credential: Credential

    fileprivate init(claims: Claims, credential: Credential) {
        self.claims = claims
        self.credential = credential
    }
}

/// Checks tokens of one kind for one audience; the only door from text to `VerifiedToken`.
///
/// It cannot be built without issuers, audience and algorithms, and the kind is part of its type: there is no way to
/// write "skip the audience". Read `check` from top to bottom: that is the whole way from bytes to verdict.
public struct TokenValidator<Claims: TokenClaims>: Sendable {
    private let issuers: [String]
    private let audience: String
    private let algorithms: [Algorithm]
    private let keys: any KeySource
    private let clock: any WallClock
    private let cache: VerifiedTokenCache<Claims>?

    /// - Parameters:
    ///   - issuers: whose tokens count, compared byte by byte.
    ///   - audience: who we are; the token's one `aud` must be this text.
    ///   - algorithms: what we accept; a key of another algorithm is no key here.
    ///   - cache: remembers tokens whose signature was found good; nil where every token is new.
    public init(
        issuers: [String],
        audience: String,
        algorithms: [Algorithm],
        keys: any KeySource,
        clock: any WallClock,
        cache: VerifiedTokenCache<Claims>? = nil
    ) {
        self.issuers = issuers
        self.audience = audience
        self.algorithms = algorithms
        self.keys = keys
        self.clock = clock
        self.cache = cache
    }

    /// Checks `token`, stopping at the first refusal.
    ///
    /// - Parameter certificate: of the peer on this connection, where it presented one (RFC 8705 §3).
    /// - Refuses: one `Refusal` out of the first group of that list.
    /// - Throws: `DependencyUnavailable` when the issuer's keys cannot be had.
    public func verify(
        _ token: Credential,
        presentedCertificate certificate: CertificateThumbprint? = nil
    ) async throws -> VerifiedToken<Claims> {
        var recorder = StopAtFirstRefusal()
        let bytes = Array(token.exposed.utf8)
        let digest = cache.map { _ in TokenDigest(of: bytes) }
        if let digest, let hit = cache?.find(digest), stillHolds(hit) {
            // A good signature stays good while its key is published. Time and sender are asked every time.
            try checkMoment(hit.claims, hit.notBefore, certificate, &recorder)
            return VerifiedToken(claims: hit.claims, credential: token)
        }
        // Nil would mean a refusal, and this recorder throws at the first one.
        guard let signed = try await check(bytes, certificate, &recorder) else { throw Refusal.tokenMalformed }
        if let digest { cache?.store(signed, at: digest, now: clock.now()) }
        return VerifiedToken(claims: signed.claims, credential: token)
    }

    /// Every check with its outcome, from the same code as `verify`; checks that cannot be asked any more are left out.
    public func explain(
        _ token: Credential,
        presentedCertificate certificate: CertificateThumbprint? = nil
    ) async throws -> [CheckOutcome] {
        var recorder = RecordEveryOutcome()
        _ = try await check(Array(token.exposed.utf8), certificate, &recorder)
        return recorder.outcomes
    }

    /// Whether what was found good once may be taken for good here: the issuer still publishes that very key, and this
    /// validator's rules hold; the cache may be shared with one that has others. Where not, the whole way is walked
    /// again.
    private func stillHolds(_ hit: SignedClaims<Claims>) -> Bool {
        guard let key = keys.knownKey(hit.key.keyID, issuer: hit.claims.issuer) else { return false }
        return key.thumbprint == hit.key.thumbprint && algorithms.contains(key.algorithm)
            && trusts(hit.claims.issuer) && hit.claims.audience.isExactly(audience)
    }

    private func trusts(_ issuer: String) -> Bool { issuers.contains { $0.isExactly(issuer) } }

    private func check(
        _ token: [UInt8],
        _ certificate: CertificateThumbprint?,
        _ recorder: inout some CheckRecorder
    ) async throws -> SignedClaims<Claims>? {
        let form = try recorder.run(.form) { () throws(Refusal) in try UnverifiedJWS(token) }
        guard let jws = form else { return nil }
        _ = try recorder.run(.type) { () throws(Refusal) in
            guard Claims.kind.accepts(type: jws.header.type) else { throw .tokenTypeMismatch }
        }
        _ = try recorder.run(.algorithm) { () throws(Refusal) in
            guard algorithms.contains(where: { $0.name == jws.header.algorithm }) else { throw .algorithmNotAccepted }
        }
        let read = try recorder.run(.claims) { () throws(Refusal) in try Self.readClaims(jws.payload) }
        guard let (claims, notBefore) = read else { return nil }
        _ = try recorder.run(.issuer) { () throws(Refusal) in
            guard trusts(claims.issuer) else { throw .issuerNotTrusted }
        }
        _ = try recorder.run(.audience) { () throws(Refusal) in
            guard claims.audience.isExactly(audience) else { throw .audienceMismatch }
        }
        // Asked only of issuers we trust: a token must not send us to a stranger's key set.
        let candidate = trusts(claims.issuer) ? try await findKey(jws.header.keyID, claims.issuer) : nil
        let found = try recorder.run(.key) { () throws(Refusal) in
            guard let candidate else { throw .keyUnknown }
            // The key's own algorithm decides, never the header's (RFC 8725 §3.1).
            guard candidate.algorithm.name == jws.header.algorithm, algorithms.contains(candidate.algorithm) else {
                throw .keyMismatch
            }
            return candidate
        }
        if let key = found {
            _ = try recorder.run(.signature) { () throws(Refusal) in
                guard key.isValid(jws.signature, over: jws.signingInput) else { throw .signatureInvalid }
            }
        }
        try checkMoment(claims, notBefore, certificate, &recorder)
        return found.map { SignedClaims(claims: claims, notBefore: notBefore, key: $0) }
    }

    /// What can change from one request to the next for the same token.
    private func checkMoment(
        _ claims: Claims,
        _ notBefore: NumericDate?,
        _ certificate: CertificateThumbprint?,
        _ recorder: inout some CheckRecorder
    ) throws(Refusal) {
        let now = clock.now()
        _ = try recorder.run(.time) { () throws(Refusal) in
            guard now < claims.expiresAt + Bounds.clockSkewSeconds else { throw .tokenExpired }
            guard claims.issuedAt <= now + Bounds.clockSkewSeconds else { throw .tokenIssuedInFuture }
            // No issuer of ours writes `nbf`; where one stands, it binds (RFC 7519 §4.1.5).
            if let notBefore, notBefore > now + Bounds.clockSkewSeconds { throw .tokenNotYetValid }
        }
        _ = try recorder.run(.senderConstraint) { () throws(Refusal) in
            guard let bound = claims.boundCertificate else { return }
            guard let certificate else { throw .certificateMissing }
            guard certificate == bound else { throw .certificateMismatch }
        }
    }

    private func findKey(_ keyID: String, _ issuer: String) async throws -> VerificationKey? {
        if let known = keys.knownKey(keyID, issuer: issuer) { return known }
        return try await keys.key(keyID, issuer: issuer)
    }

    private static func readClaims(_ payload: [UInt8]) throws(Refusal) -> (claims: Claims, notBefore: NumericDate?) {
        let object: JSONObject
        do { object = try JSONReader.readObject(payload, bytesMax: Bounds.tokenBytesMax) } catch {
            throw Refusal(error)
        }
        let reader = ClaimReader(claims: object)
        return (try Claims(reading: reader), try reader.optionalDate("nbf"))
    }
}

extension String {
    /// Byte by byte (RFC 7519 §7.3). `==` also holds for texts that merely look alike: `K` and U+212A, the Kelvin sign.
    fileprivate func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
