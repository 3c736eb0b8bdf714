/// Checks DPoP proofs (RFC 9449 §4.3): each shows that the sender of one request holds the private key of a token.
///
/// `check` is the list of that section, what is cheap first; `claim` comes last, because it is the one check that leaves
/// a trace: a proof that fails another one is not used up.
public struct DPoPProofValidator: Sendable {
    /// What the platforms of clients make, in hardware or in a browser. Not RS256, as every RSA key can do PS256; not
    /// ML-DSA-65, whose key alone is twice what a header may hold.
    public static let clientAlgorithms: [Algorithm] = [.es256, .es384, .ed25519, .ps256]

    /// What keys may be of; said to clients as `algs` (RFC 9449 §7.1).
    public let algorithms: [Algorithm]
    private let replays: any ReplayCache
    private let clock: any WallClock

    /// Checks the proofs of one server.
    ///
    /// - Parameters:
    ///   - algorithms: what keys may be of. Whoever issues bound tokens and whoever accepts them must agree.
    ///   - replays: remembers each proof for as long as it could be played again.
    ///   - clock: by which `iat` is judged.
    public init(algorithms: [Algorithm] = clientAlgorithms, replays: any ReplayCache, clock: any WallClock) {
        self.algorithms = algorithms
        self.replays = replays
        self.clock = clock
    }

    /// Checks a proof that comes without a token, as at a token endpoint (RFC 9449 §5).
    ///
    /// - Gives: the key that the sender holds; a token bound to it is good for this sender alone.
    /// - Refuses: `proofExpired`, `proofMalformed`, `proofMethodMismatch`, `proofReplayed`, `proofSignatureInvalid`,
    ///   `proofTokenMismatch` for an `ath` all the same, `proofURLMismatch`.
    /// - Throws: what the replay cache throws: `DependencyUnavailable` when it cannot remember.
    public func verify(_ request: DPoPRequest) async throws -> KeyThumbprint {
        let proof = try check(request, for: nil)
        try await claim(proof)
        return proof.key
    }

    /// Everything but whether the proof was seen before.
    func check(_ request: DPoPRequest, for token: Credential?) throws(Refusal) -> CheckedProof {
        let (jws, claims) = try read(request.proof)
        guard jws.header.type == TokenKind.dpopProof.rawValue,
            let algorithm = algorithms.first(where: { $0.names.contains(jws.header.algorithm) }),
            let key = jws.header.embeddedKey.flatMap({ VerificationKey(jwk: $0, algorithm: algorithm, keyID: nil) })
        else { throw .proofMalformed }
        guard key.isValid(jws.signature, over: jws.signingInput) else { throw .proofSignatureInvalid }
        guard claims.method.isExactly(request.method) else { throw .proofMethodMismatch }
        guard let url = ProofURL(claims.url), url == ProofURL(request.url) else { throw .proofURLMismatch }
        let now = clock.now()
        guard claims.issuedAt <= now + Bounds.clockSkewSeconds,
            now < claims.issuedAt + Bounds.proofAgeSecondsMax + Bounds.clockSkewSeconds
        else { throw .proofExpired }
        guard claims.isFor(token) else { throw .proofTokenMismatch }
        return CheckedProof(key: KeyThumbprint(of: key), claims: claims)
    }

    /// - Refuses: `proofReplayed` (RFC 9449 §11.1).
    func claim(_ proof: CheckedProof) async throws {
        // A proof is for one URL, and so is the cache of whoever answers there; the key keeps one client from using up
        // the identifiers of another.
        let isNew = try await replays.claim(
            "dpop \(proof.key.text) \(proof.claims.proofID)",
            // Longer than it is accepted: between the check of its age and this line the clock goes on.
            until: proof.claims.issuedAt + Bounds.proofAgeSecondsMax + 2 * Bounds.clockSkewSeconds
        )
        guard isNew else { throw Refusal.proofReplayed }
    }

    private func read(_ proof: Credential) throws(Refusal) -> (UnverifiedJWS, DPoPProofClaims) {
        do {
            let jws = try UnverifiedJWS(Array(proof.exposed.utf8), embedsKey: true)
            return (jws, try DPoPProofClaims(reading: ClaimReader(payload: jws.payload)))
        } catch { throw .proofMalformed }
    }
}

/// A proof that holds, unless it was seen before.
struct CheckedProof: Sendable {
    let key: KeyThumbprint
    let claims: DPoPProofClaims
}

/// A URL as RFC 9449 §4.3 compares it: without query and fragment, scheme and host in lower case, the default port left
/// out (RFC 3986 §6.2.2.1, §6.2.3). The path is compared byte by byte.
struct ProofURL: Equatable {
    private let authority: String
    private let path: [UInt8]

    /// Nil for anything but an absolute http or https URL with a host and without user information.
    init?(_ text: String) {
        // Beyond ASCII, texts that look alike have one lower case.
        guard text.utf8.allSatisfy({ $0 < 0x80 }), let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon].lowercased()
        guard let defaultPort = ["https": ":443", "http": ":80"][scheme], text[colon...].hasPrefix("://") else {
            return nil
        }
        let rest = text[colon...].dropFirst(3).prefix { $0 != "?" && $0 != "#" }
        var host = rest.prefix { $0 != "/" }.lowercased()
        if host.hasSuffix(defaultPort) { host.removeLast(defaultPort.count) }
        guard !host.isEmpty, !host.contains("@"), !host.hasPrefix(":") else { return nil }
        authority = "\(scheme)://\(host)"
        let path = Array(rest.utf8.drop { $0 != UInt8(ascii: "/") })
        self.path = path.isEmpty ? [UInt8(ascii: "/")] : path
    }
}
