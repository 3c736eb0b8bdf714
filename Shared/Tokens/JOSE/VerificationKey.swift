import Crypto

/// A public key that checks signatures of one algorithm.
public struct VerificationKey: Sendable, CustomStringConvertible {
    public let algorithm: Algorithm
    /// The `kid` under which a token names this key.
    public let keyID: String
    /// The key as a JWK for signatures (RFC 7517 §4), public members only.
    public let jwk: JSONObject
    private let material: any PublicKeyMaterial

    init(algorithm: Algorithm, material: any PublicKeyMaterial) throws {
        let members = try material.jwkMembers
        let keyID = Self.thumbprint(of: members)
        var jwk = members
        jwk["use"] = "sig"
        jwk["alg"] = .string(algorithm.name)
        jwk["kid"] = .string(keyID)
        self.init(algorithm: algorithm, keyID: keyID, jwk: jwk, material: material)
    }

    private init(algorithm: Algorithm, keyID: String, jwk: JSONObject, material: any PublicKeyMaterial) {
        self.algorithm = algorithm
        self.keyID = keyID
        self.jwk = jwk
        self.material = material
    }

    /// Reads one JWK.
    ///
    /// - Takes: a public signature key with `kty`, `alg` and `kid`; `use` or `key_ops`, where present, must allow verifying.
    /// - Gives: nil for a key this library has no use for: another algorithm, another use, unsound values.
    ///   RFC 7517 §5 asks to ignore such keys, so that one exotic entry does not make the whole set unreadable.
    public init?(jwk: JSONObject) {
        guard let algorithm = jwk["alg"]?.string.flatMap(Algorithm.named),
            let keyID = jwk["kid"]?.string, !keyID.isEmpty,
            jwk["use"] == nil || jwk["use"] == "sig",
            jwk["key_ops"] == nil || jwk["key_ops"]?.strings?.contains("verify") == true,
            // A private key on a public page is compromised; do not trust it further.
            jwk["d"] == nil,
            let material = algorithm.importPublic(jwk)
        else { return nil }
        self.init(algorithm: algorithm, keyID: keyID, jwk: jwk, material: material)
    }

    func isValid(_ signature: [UInt8], over input: [UInt8]) -> Bool {
        // One fixed length: an ECDSA signature in DER form, or one padded with zeros, is another text for the same value.
        signature.count == algorithm.signatureBytes && material.isValid(signature, over: input)
    }

    /// SHA-256 over the required members in lexical order, without white space (RFC 7638 §3).
    static func thumbprint(of members: JSONObject) -> String {
        Base64URL.encode(Array(SHA256.hash(data: JSONWriter.bytes(members))))
    }

    public var description: String { "VerificationKey(\(algorithm.name), \(keyID))" }
}
