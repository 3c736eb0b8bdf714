/// A token that has passed every check. Only `TokenValidator` can make one: a handler that holds it need not ask again.
public struct VerifiedToken<Claims: TokenClaims>: Sendable {
    /// The claims, every one of them checked.
    public var claims: Claims { read.claims }
    /// All that the token says, claims included that the type does not know: `roles`, `groups`, whatever an issuer adds.
    /// They are the issuer's words, and nobody has judged their form. Read anew each time it is asked for.
    public var payload: JSONObject {
        (try? UnverifiedToken.decodeWithoutVerifying(credential).payload) ?? JSONObject()
    }
    /// The token as it came, for passing on as a `subject_token`.
    public let credential: Credential
    /// `kid` of the key that it was verified with.
    public let keyID: String
    private let read: ReadClaims<Claims>

    fileprivate init(_ read: ReadClaims<Claims>, keyID: String, credential: Credential) {
        self.read = read
        self.keyID = keyID
        self.credential = credential
    }
}

/// Checks tokens of one kind for one audience; the only door from text to `VerifiedToken`.
///
/// It cannot be built without issuers, audience, algorithms and revocations, and the kind is part of its type: there is
/// no way to write "skip the audience". Read `checkOrigin` and `checkMoment` from top to bottom: that is the whole way
/// from bytes to verdict. What they find once, and what they ask every time, is the line between them.
public struct TokenValidator<Claims: TokenClaims>: Sendable {
    private let issuers: [String]
    private let audience: String
    private let algorithms: [Algorithm]
    private let keys: any KeySource
    private let clock: any WallClock
    private let revocations: any RevocationCheck
    private let proofs: DPoPProofValidator?
    private let cache: VerifiedTokenCache<Claims>?

    /// The rules that every token here has to meet.
    ///
    /// - Parameters:
    ///   - issuers: whose tokens count, compared byte by byte.
    ///   - audience: who we are; the token's one `aud` must be this text.
    ///   - algorithms: what we accept; a key of another algorithm is no key here.
    ///   - keys: of these issuers, and asked of no others.
    ///   - clock: says whether a token has begun, and whether it has expired.
    ///   - revocations: what has been revoked; `NothingRevoked` for tokens that nobody can revoke.
    ///   - proofs: checks the DPoP proofs of tokens that are bound to a key; without it such tokens are refused.
    ///   - cache: remembers tokens whose signature was found good; nil where every token is new.
    public init(
        issuers: [String],
        audience: String,
        algorithms: [Algorithm],
        keys: any KeySource,
        clock: any WallClock,
        revocations: any RevocationCheck,
        proofs: DPoPProofValidator? = nil,
        cache: VerifiedTokenCache<Claims>? = nil
    ) {
        self.issuers = issuers
        self.audience = audience
        self.algorithms = algorithms
        self.keys = keys
        self.clock = clock
        self.revocations = revocations
        self.proofs = proofs
        self.cache = cache
    }

    /// Of which algorithms the key of a bound token may be; empty where such tokens are refused.
    public var proofAlgorithms: [Algorithm] { proofs?.algorithms ?? [] }

    /// Checks `token`, stopping at the first refusal.
    ///
    /// - Parameters:
    ///   - token: the text as it came, at most `Bounds.tokenBytesMax` bytes.
    ///   - sender: what the connection and the request prove about who sends it.
    ///   - requirements: what the route asks on top, in this order.
    ///   - staleness: what the route does while it hears nothing of revocations.
    /// - Refuses: one `Refusal` out of the first two groups of that list.
    /// - Throws: `DependencyUnavailable` when the issuer's keys cannot be had, the replay window is full, or nobody can say any
    ///   more whether a token that is good otherwise has been revoked.
    @_specialize(where Claims == AccessTokenClaims)
    public func verify(
        _ token: Credential,
        from sender: Sender,
        requiring requirements: [Requirement<Claims>] = [],
        staleness: StalenessRule = .failClosed
    ) async throws -> VerifiedToken<Claims> {
        var recorder = StopAtFirstRefusal()
        // Before the cache: its digest is over the whole text, however long that is.
        guard token.exposed.utf8.count <= Bounds.tokenBytesMax else { throw Refusal.tokenTooLarge }
        let digest = cache.map { _ in TokenDigest(of: token.exposed) }
        var signed = digest.flatMap(remembered)
        if signed == nil {
            signed = try await checkOrigin(Array(token.exposed.utf8), &recorder)
            if let digest, let signed { cache?.store(signed, at: digest, now: clock.now()) }
        }
        // Nil would mean a refusal, and this recorder throws at the first one.
        guard let signed, let key = signed.key else { throw Refusal.tokenMalformed }
        let proof = try checkMoment(signed, token, sender, requirements, &recorder)
        // After the refusals: what is wrong with a token stays wrong, however old our news.
        if let revocable = signed.revocable {
            try revocations.requireFresh(issuer: revocable.issuer, staleness)
            for source in revocable.sources { try revocations.requireFresh(issuer: source.issuer, staleness) }
        }
        // The one check that leaves a trace comes last: a proof that came with a bad token is not used up.
        if let proof { try await proofs?.claim(proof) }
        return VerifiedToken(signed.read, keyID: key.keyID, credential: token)
    }

    /// Every check with its outcome, from the same code as `verify`; checks that cannot be asked any more are left out.
    /// It uses nothing up: a DPoP proof is not looked up in the replay window.
    ///
    /// - Gives: one outcome a check, in the order of `Check.allCases`, those of `requirements` last and in their order.
    /// - Throws: `DependencyUnavailable` when the issuer's keys cannot be had; what is wrong with the token is an outcome.
    public func explain(
        _ token: Credential,
        from sender: Sender,
        requiring requirements: [Requirement<Claims>] = []
    ) async throws -> [CheckOutcome] {
        var recorder = RecordEveryOutcome()
        if let signed = try await checkOrigin(Array(token.exposed.utf8), &recorder) {
            _ = try checkMoment(signed, token, sender, requirements, &recorder)
        }
        return recorder.outcomes
    }

    /// What was found good once, if it may be taken for good here and now: the issuer still publishes that very key, and
    /// this validator's rules hold; the cache may be shared with one that has others. Where not, the whole way is walked
    /// again.
    private func remembered(_ digest: TokenDigest) -> SignedClaims<Claims>? {
        guard let hit = cache?.find(digest), let key = hit.key,
            let known = keys.knownKey(key.keyID, issuer: hit.claims.issuer), known.thumbprint == key.thumbprint,
            known.algorithm == key.algorithm, algorithms.contains(known.algorithm), trusts(hit.claims.issuer),
            hit.claims.audience.isExactly(audience)
        else { return nil }
        return hit
    }

    private func trusts(_ issuer: String) -> Bool { issuers.contains { $0.isExactly(issuer) } }

    /// Where the token comes from and what is in it: found good once, this stays so for as long as the key does.
    private func checkOrigin(
        _ token: [UInt8],
        _ recorder: inout some CheckRecorder
    ) async throws -> SignedClaims<Claims>? {
        let form = try recorder.run(.form) { () throws(Refusal) in try UnverifiedJWS(token) }
        guard let jws = form else { return nil }
        _ = try recorder.run(.type) { () throws(Refusal) in
            guard Claims.kind.accepts(type: jws.header.type) else { throw .tokenTypeMismatch }
        }
        _ = try recorder.run(.algorithm) { () throws(Refusal) in
            guard algorithms.contains(where: { $0.names.contains(jws.header.algorithm) }) else {
                throw .algorithmNotAccepted
            }
        }
        let read = try recorder.run(.claims) { () throws(Refusal) in try ReadClaims<Claims>(payload: jws.payload) }
        guard let read else { return nil }
        let (issuer, audience) = (read.claims.issuer, read.claims.audience)
        let isTrusted = try recorder.run(.issuer) { () throws(Refusal) in
            guard trusts(issuer) else { throw .issuerNotTrusted }
            return true
        }
        _ = try recorder.run(.audience) { () throws(Refusal) in
            guard audience.isExactly(self.audience) else { throw .audienceMismatch }
        }
        // Asked only of issuers we trust: a token must not send us to a stranger's key set.
        var candidate = isTrusted == true ? keys.knownKey(jws.header.keyID, issuer: issuer) : nil
        if isTrusted == true, candidate == nil {
            candidate = try await keys.key(jws.header.keyID, issuer: issuer)
        }
        let key = try recorder.run(.key) { () throws(Refusal) in
            guard let candidate else { throw .keyUnknown }
            // The key's own algorithm decides, never the header's (RFC 8725 §3.1).
            guard candidate.algorithm.names.contains(jws.header.algorithm), algorithms.contains(candidate.algorithm)
            else { throw .keyMismatch }
            return candidate
        }
        if let key {
            _ = try recorder.run(.signature) { () throws(Refusal) in
                guard key.isValid(jws.signature, over: jws.signingInput) else { throw .signatureInvalid }
            }
        }
        return SignedClaims(read: read, key: key)
    }

    /// What can change from one request to the next for the same token.
    ///
    /// - Gives: the proof that came with it and must not come again; nil for a token that is not bound to a key.
    private func checkMoment(
        _ signed: SignedClaims<Claims>,
        _ token: Credential,
        _ sender: Sender,
        _ requirements: [Requirement<Claims>],
        _ recorder: inout some CheckRecorder
    ) throws(Refusal) -> CheckedProof? {
        let read = signed.read
        let now = clock.now()
        _ = try recorder.run(.time) { () throws(Refusal) in
            if let expiry = read.claims.expiry, now >= expiry + Bounds.clockSkewSeconds { throw .tokenExpired }
            guard read.claims.issuedAt <= now + Bounds.clockSkewSeconds else { throw .tokenIssuedInFuture }
            // No issuer of ours writes `nbf`; where one stands, it binds (RFC 7519 §4.1.5).
            if let notBefore = read.notBefore, notBefore > now + Bounds.clockSkewSeconds {
                throw .tokenNotYetValid
            }
        }
        let proof = try recorder.run(.senderConstraint) { () throws(Refusal) in
            try checkSender(sender, of: token, boundTo: read.claims.confirmation)
        }
        if let revocable = signed.revocable {
            _ = try recorder.run(.revocation) { () throws(Refusal) in
                guard !revocations.isRevoked(revocable) else { throw .tokenRevoked }
            }
        }
        for requirement in requirements {
            _ = try recorder.run(requirement.kind) { () throws(Refusal) in try requirement.check(read, at: now) }
        }
        return proof ?? nil
    }

    private func checkSender(
        _ sender: Sender,
        of token: Credential,
        boundTo confirmation: ConfirmationMethod?
    ) throws(Refusal) -> CheckedProof? {
        switch confirmation {
        case nil:
            // Under the scheme `DPoP` a bearer token would pass for a bound one (RFC 9449 §7.1).
            guard sender.proof == nil else { throw .proofUnexpected }
            return nil
        case .certificate(let bound):
            guard let certificate = sender.certificate else { throw .certificateMissing }
            guard certificate == bound else { throw .certificateMismatch }
            guard sender.proof == nil else { throw .proofUnexpected }
            return nil
        case .key(let bound):
            if sender.isRelay { return nil }
            guard let proofs else { throw .confirmationUnsupported }
            guard let request = sender.proof else { throw .proofMissing }
            let proof = try proofs.check(request, for: token)
            guard proof.key == bound else { throw .proofKeyMismatch }
            return proof
        }
    }
}
