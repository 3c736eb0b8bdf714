/// A private key that signs tokens; it prints as its key id and nothing more.
public struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The one algorithm that this key signs with.
    public let algorithm: Algorithm
    /// The public half, as verifiers get it.
    public let verificationKey: VerificationKey
    private let material: any PrivateKeyMaterial
    /// The first part of a token of each kind, which is always the same.
    let headers: [TokenKind: [UInt8]]

    /// The thumbprint of the public half (RFC 7638 §3) unless another was given: the same key has the same id, wherever
    /// it is read.
    public var keyID: String { verificationKey.keyID }

    /// Makes a new key pair; RSA, of 2048 bits, takes some hundred milliseconds.
    ///
    /// - Throws: the cryptography library's error.
    public static func generate(_ algorithm: Algorithm) throws -> SigningKey {
        try SigningKey(algorithm: algorithm, material: algorithm.generate())
    }

    /// Reads a key that `exposePrivateKeyDER` wrote: PKCS #8 in DER form.
    ///
    /// - Throws: the cryptography library's error for unreadable bytes, `UnsoundKey` for a key of another size or form.
    public init(algorithm: Algorithm, privateKeyDER: [UInt8]) throws {
        try self.init(algorithm: algorithm, material: algorithm.importPrivate(privateKeyDER))
    }

    /// Reads a key out of a PEM file: PKCS #8, not encrypted.
    ///
    /// - Throws: as `init(algorithm:privateKeyDER:)`.
    public init(algorithm: Algorithm, privateKeyPEM: Credential) throws {
        try self.init(algorithm: algorithm, privateKeyDER: PEM.read(privateKeyPEM.exposed, PEM.privateKey))
    }

    /// Reads a private JWK with `alg` (RFC 7517 §4). Its `use` and `key_ops`, where present, must allow signing; its
    /// public members must be those of its private ones.
    ///
    /// - Parameters:
    ///   - jwk: with `kty`, `alg` and the private members of that key type, RSA with both primes (RFC 7518 §6.3.2).
    ///   - keyID: nil for the thumbprint, whatever `kid` says.
    /// - Throws: `UnsoundKey`.
    public init(privateJWK jwk: JSONObject, keyID: String? = nil) throws {
        guard let algorithm = jwk["alg"]?.string.flatMap(Algorithm.named),
            jwk["use"] == nil || jwk["use"] == "sig",
            VerificationKey.allows("sign", jwk["key_ops"]),
            let material = algorithm.importPrivateJWK(jwk)
        else { throw UnsoundKey() }
        try self.init(algorithm: algorithm, material: material, keyID: keyID)
    }

    private init(algorithm: Algorithm, material: any PrivateKeyMaterial, keyID: String? = nil) throws {
        self.algorithm = algorithm
        self.material = material
        let key = try VerificationKey(algorithm: algorithm, keyID: keyID, material: material.publicMaterial)
        verificationKey = key
        headers = Dictionary(uniqueKeysWithValues: TokenKind.allCases.map { ($0, JOSEHeader.text(for: key, $0)) })
        // Signing with what our own verifiers pass over (an RSA key of another size) would lock everybody out,
        // silently.
        guard VerificationKey(jwk: verificationKey.jwk) != nil else { throw UnsoundKey() }
    }

    /// The private key as PKCS #8 in DER form, readable. For sealing before storage, and for nothing else.
    ///
    /// - Throws: the cryptography library's error.
    public func exposePrivateKeyDER() throws -> [UInt8] { try material.der }

    /// The same as a PEM file.
    public func exposePrivateKeyPEM() throws -> Credential {
        Credential(PEM.text(try exposePrivateKeyDER(), PEM.privateKey))
    }

    /// The raw signature (RFC 7518 §3.3, §3.4), of the one length of this key.
    func signature(over input: [UInt8]) throws -> [UInt8] { try material.signature(over: input) }

    /// The algorithm and the key id.
    public var description: String { "SigningKey(\(algorithm.name), \(keyID))" }
    /// The key id alone, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }
}
