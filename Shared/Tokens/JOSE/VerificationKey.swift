import Crypto

/// A public key that checks signatures of one algorithm. It is shared, not copied: each verification hands it on.
public final class VerificationKey: Sendable, CustomStringConvertible {
    /// The one algorithm whose signatures this key checks.
    public let algorithm: Algorithm
    /// The `kid` under which a token names this key.
    public let keyID: String
    /// The key as a JWK for signatures (RFC 7517 §4): its public members, `use`, `alg` and `kid`, whatever else stood
    /// beside them.
    public let jwk: JSONObject
    /// Which key it is, whatever id it goes by: 43 characters of base64url (RFC 7638 §3).
    let thumbprint: String
    /// The members that make it this key, and no others.
    let bareJWK: JSONObject
    private let signatureBytes: Int
    private let material: any PublicKeyMaterial

    /// - Parameter keyID: the id under which the issuer publishes the key; nil for the thumbprint, as we do it.
    init(algorithm: Algorithm, keyID: String? = nil, material: any PublicKeyMaterial) throws {
        let members = try material.jwkMembers
        self.algorithm = algorithm
        self.material = material
        signatureBytes = material.signatureBytes
        bareJWK = members
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
    /// - Takes: a public signature key with `kty`, `alg` and `kid`; `use` and `key_ops`, where present, must allow
    ///   verifying, and must not contradict each other (RFC 7517 §4.3).
    /// - Gives: nil for a key this library has no use for: another algorithm, another use, unsound values.
    ///   RFC 7517 §5 asks to ignore such keys, so that one exotic entry does not make the whole set unreadable.
    public convenience init?(jwk: JSONObject) {
        guard let algorithm = jwk["alg"]?.string.flatMap(Algorithm.named), let keyID = jwk["kid"]?.string,
            !keyID.isEmpty
        else { return nil }
        self.init(jwk: jwk, algorithm: algorithm, keyID: keyID)
    }

    /// The same for a key whose algorithm and id are said elsewhere, such as a DPoP proof carries.
    ///
    /// - Parameter keyID: nil for the thumbprint.
    convenience init?(jwk: JSONObject, algorithm: Algorithm, keyID: String?) {
        guard jwk["alg"] == nil || jwk["alg"]?.string.flatMap(Algorithm.named) == algorithm,
            jwk["use"] == nil || jwk["use"] == "sig", Self.allows("verify", jwk["key_ops"]),
            // A private key on a public page is compromised; do not trust it further.
            !Self.privateMembers.contains(where: { jwk[$0] != nil }),
            let material = algorithm.importPublicJWK(jwk)
        else { return nil }
        do { try self.init(algorithm: algorithm, keyID: keyID, material: material) } catch { return nil }
    }

    /// Reads a public key out of a PEM file: SubjectPublicKeyInfo.
    ///
    /// - Parameters:
    ///   - pem: one `PUBLIC KEY` (RFC 7468 §13).
    ///   - algorithm: of which the key is to check signatures; the file does not say.
    ///   - keyID: the id under which the issuer publishes the key; nil for the thumbprint.
    /// - Throws: `UnsoundKey`, or the cryptography library's error, for what is no sound key of `algorithm`.
    public convenience init(pem: String, algorithm: Algorithm, keyID: String? = nil) throws {
        let material = try algorithm.importPublic(PEM.read(pem, PEM.publicKey))
        try self.init(algorithm: algorithm, keyID: keyID, material: material)
        // The same conditions as for a key that comes as a JWK: an RSA key of another size is none of ours.
        guard VerificationKey(jwk: jwk) != nil else { throw UnsoundKey() }
    }

    /// The key as a PEM file: SubjectPublicKeyInfo.
    ///
    /// - Throws: the cryptography library's error.
    public var pem: String { get throws { PEM.text(try material.der, PEM.publicKey) } }

    /// Whether `signature` is this key's over `input`; false for any other length or form.
    func isValid(_ signature: [UInt8], over input: ArraySlice<UInt8>) -> Bool {
        // One fixed length: an ECDSA signature in DER form, or one padded with zeros, is another text for the same
        // value.
        signature.count == signatureBytes && material.isValid(signature, over: input)
    }

    /// Whether `key_ops` allows `operation`, where it stands: each operation once, and none beside the two of a signature
    /// (RFC 7517 §4.3).
    static func allows(_ operation: String, _ operations: JSONValue?) -> Bool {
        guard let operations else { return true }
        guard let operations = operations.strings, Set(operations).count == operations.count else { return false }
        return operations.contains(operation) && operations.allSatisfy(["sign", "verify"].contains)
    }

    private static let privateMembers = ["d", "dp", "dq", "k", "oth", "p", "priv", "q", "qi"]

    /// SHA-256 over the required members in lexical order, without white space (RFC 7638 §3).
    static func thumbprint(of members: JSONObject) -> String {
        Base64URL.encode(Array(SHA256.hash(data: JSONWriter.bytes(members))))
    }

    /// The algorithm and the key id; nothing here is secret.
    public var description: String { "VerificationKey(\(algorithm.name), \(keyID))" }
}
