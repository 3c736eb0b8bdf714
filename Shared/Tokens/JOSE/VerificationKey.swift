import Crypto

/// A public key that checks signatures of one algorithm.
public struct VerificationKey: Sendable, CustomStringConvertible {
    /// The one algorithm whose signatures this key checks.
    public let algorithm: Algorithm
    /// The `kid` under which a token names this key.
    public let keyID: String
    /// The key as a JWK for signatures (RFC 7517 §4): its public members, `use`, `alg` and `kid`, whatever else stood
    /// beside them.
    public let jwk: JSONObject
    /// Which key it is, whatever id it goes by: 43 characters of base64url (RFC 7638 §3).
    let thumbprint: String
    private let material: any PublicKeyMaterial

    /// - Parameter keyID: the id under which the issuer publishes the key; nil for the thumbprint, as we do it.
    init(algorithm: Algorithm, keyID: String? = nil, material: any PublicKeyMaterial) throws {
        let members = try material.jwkMembers
        self.algorithm = algorithm
        self.material = material
        thumbprint = Self.thumbprint(of: members)
        self.keyID = keyID ?? thumbprint
        var jwk = members
        jwk["use"] = "sig"
        jwk["alg"] = .string(algorithm.name)
        jwk["kid"] = .string(self.keyID)
        self.jwk = jwk
    }

    /// Reads one JWK.
    ///
    /// - Takes: a public signature key with `kty`, `alg` and `kid`; `use` or `key_ops`, where present, must allow
    ///   verifying.
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
        do { try self.init(algorithm: algorithm, keyID: keyID, material: material) } catch { return nil }
    }

    /// Whether `signature` is this key's over `input`; false for any other length or form.
    func isValid(_ signature: [UInt8], over input: [UInt8]) -> Bool {
        // One fixed length: an ECDSA signature in DER form, or one padded with zeros, is another text for the same
        // value.
        signature.count == algorithm.signatureBytes && material.isValid(signature, over: input)
    }

    /// SHA-256 over the required members in lexical order, without white space (RFC 7638 §3).
    static func thumbprint(of members: JSONObject) -> String {
        Base64URL.encode(Array(SHA256.hash(data: JSONWriter.bytes(members))))
    }

    /// The algorithm and the key id; nothing here is secret.
    public var description: String { "VerificationKey(\(algorithm.name), \(keyID))" }
}
