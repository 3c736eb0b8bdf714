/// Makes DPoP proofs with a client's own key (RFC 9449 §4.1): one for each request.
public struct DPoPProofMinter: Sendable {
    private let key: SigningKey
    private let clock: any WallClock
    private let makeID: @Sendable () -> String

    /// Makes proofs with `key`.
    ///
    /// - Parameters:
    ///   - key: the client's own, its private half kept where the client runs.
    ///   - clock: says `iat`; a server refuses proofs by a clock that is ten seconds fast, or a minute slow.
    ///   - makeID: `jti` of the next proof, never the same twice; 128 random bits unless told otherwise.
    public init(
        key: SigningKey,
        clock: any WallClock,
        makeID: @escaping @Sendable () -> String = { Credential.random(byteCount: 16).exposed }
    ) {
        self.key = key
        self.clock = clock
        self.makeID = makeID
    }

    /// What a token that is bound to this key has as `cnf.jkt`.
    public var thumbprint: KeyThumbprint { KeyThumbprint(of: key.verificationKey) }

    /// A proof for one request.
    ///
    /// - Parameters:
    ///   - method: of the request, as it goes over the wire: `GET`.
    ///   - url: of the request; query and fragment may be left out.
    ///   - accessToken: the token that the request carries; nil at a token endpoint.
    /// - Refuses: `tokenTooLarge` for a key that is itself larger than any verifier's bound for a header: ML-DSA-65.
    /// - Throws: the cryptography library's error for a key that does not sign.
    public func mint(method: String, url: String, accessToken: Credential? = nil) throws -> Credential {
        guard key.headers[.dpopProof, default: []].count <= Bounds.headerBytesMax else { throw Refusal.tokenTooLarge }
        let claims = DPoPProofClaims(
            proofID: makeID(),
            method: method,
            url: String(url.prefix { $0 != "?" && $0 != "#" }),
            issuedAt: clock.now(),
            accessToken: accessToken
        )
        return try key.sign(claims.payload, as: .dpopProof)
    }
}
