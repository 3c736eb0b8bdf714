/// A private key that signs tokens; it prints as its key id and nothing more.
public struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The one algorithm that this key signs with.
    public let algorithm: Algorithm
    /// The public half, as verifiers get it.
    public let verificationKey: VerificationKey
    private let material: any PrivateKeyMaterial

    /// The thumbprint of the public half (RFC 7638 §3): the same key has the same id, wherever it is read.
    public var keyID: String { verificationKey.keyID }

    /// Makes a new key pair; RSA takes some hundred milliseconds.
    public static func generate(_ algorithm: Algorithm) throws -> SigningKey {
        try SigningKey(algorithm: algorithm, material: algorithm.generate())
    }

    /// Reads a key that `exposePrivateKeyDER` wrote: PKCS #8 in DER form.
    ///
    /// - Throws: the cryptography library's error for unreadable bytes, `UnsoundKey` for a key of another size. Both
    ///   are faults.
    public init(algorithm: Algorithm, privateKeyDER: [UInt8]) throws {
        try self.init(algorithm: algorithm, material: algorithm.importPrivate(privateKeyDER))
    }

    private init(algorithm: Algorithm, material: any PrivateKeyMaterial) throws {
        self.algorithm = algorithm
        self.material = material
        verificationKey = try VerificationKey(algorithm: algorithm, material: material.publicMaterial)
        // Signing with what our own verifiers pass over (an RSA key of another size) would lock everybody out,
        // silently.
        guard VerificationKey(jwk: verificationKey.jwk) != nil else { throw UnsoundKey() }
    }

    /// A private key that is readable, but not of the size and form its algorithm asks for.
    public struct UnsoundKey: Error {}

    /// The private key as PKCS #8 in DER form, readable. For sealing before storage, and for nothing else.
    public func exposePrivateKeyDER() throws -> [UInt8] { try material.der }

    /// The raw signature (RFC 7518 §3.3, §3.4), `algorithm.signatureBytes` long.
    func signature(over input: [UInt8]) throws -> [UInt8] { try material.signature(over: input) }

    /// The algorithm and the key id.
    public var description: String { "SigningKey(\(algorithm.name), \(keyID))" }
    /// The key id alone, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }
}
