public import Tokens

/// A request with a token that is bound to the client's key (RFC 9449 §7.1): sound, or wrong in one thing.
///
///     let request = try BoundRequest.underBearer.fields("GET", url, clock: clock) { confirmation in
///         try issuer.mint { $0.confirmation = confirmation }
///     }
public enum BoundRequest: CaseIterable, Sendable {
    case sound

    /// The proof of a key that the token is not bound to: a stolen token.
    case anotherKey
    case anotherMethod
    case anotherPath
    /// A proof that was made for a thief's own service, and is played here.
    case anotherService
    case anotherToken
    /// Under the scheme `DPoP`, with a proof: a bearer token would pass for a bound one.
    case bearerToken
    case stale
    case twoProofs
    /// A bound token would pass for a bearer token; the proof is there and is not asked for.
    case underBearer
    case withoutProof

    /// Every one that is wrong.
    public static let wrong = allCases.filter { $0 != .sound }

    /// What the client is told, where proofs may be of the usual algorithms.
    public var challenge: String {
        switch self {
        case .sound: ""
        case .anotherKey, .bearerToken, .underBearer, .withoutProof:
            #"DPoP error="invalid_token", algs="ES256 ES384 Ed25519 PS256""#
        case .anotherMethod, .anotherPath, .anotherService, .anotherToken, .stale, .twoProofs:
            #"DPoP error="invalid_dpop_proof", algs="ES256 ES384 Ed25519 PS256""#
        }
    }

    /// - Parameters:
    ///   - url: of the request.
    ///   - mint: a token with this confirmation.
    /// - Gives: the value of `Authorization`, and each value of `DPoP`.
    public func fields(
        _ method: String,
        _ url: String,
        clock: any WallClock,
        mint: (ConfirmationMethod?) throws -> Credential
    ) throws -> (authorization: String, proofs: [String]) {
        let key = try SigningKey.generate(.es256)
        let prover = DPoPProofMinter(
            key: self == .anotherKey ? try .generate(.es256) : key,
            clock: self == .stale ? FixedClock(clock.now() - 3_600) : clock
        )
        let token = try mint(self == .bearerToken ? nil : .key(KeyThumbprint(of: key.verificationKey)))
        let target =
            switch self {
            case .anotherPath: "\(url)/x"
            case .anotherService: "https://thief.example/orders"
            default: url
            }
        let proof = try prover.mint(
            method: self == .anotherMethod ? "PATCH" : method,
            url: target,
            accessToken: self == .anotherToken ? Credential("another") : token
        ).exposed
        let proofs =
            switch self {
            case .twoProofs: [proof, proof]
            case .withoutProof: [String]()
            default: [proof]
            }
        return ("\(self == .underBearer ? "Bearer" : "DPoP") \(token.exposed)", proofs)
    }
}
