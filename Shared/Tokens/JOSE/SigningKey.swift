/// A private key that signs tokens; it prints as its key id and nothing more.
public struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    public let algorithm: Algorithm
    /// The public half, as verifiers get it.
    public let verificationKey: VerificationKey
    private let material: any PrivateKeyMaterial

    /// The thumbprint of the public half (RFC 7638 §3): the same key has the same id, wherever it is read.
    public var keyID: String { verificationKey.keyID }

    /// Makes a new key pair.
    public static func generate(_ algorithm: Algorithm) throws -> SigningKey {
        try SigningKey(algorithm: algorithm, material: algorithm.generate())
    }

    /// Reads a key that `privateKeyDER` wrote.
    public init(algorithm: Algorithm, privateKeyDER: [UInt8]) throws {
        try self.init(algorithm: algorithm, material: algorithm.importPrivate(privateKeyDER))
    }

    private init(algorithm: Algorithm, material: any PrivateKeyMaterial) throws {
        self.algorithm = algorithm
        self.material = material
        verificationKey = try VerificationKey(algorithm: algorithm, material: material.publicMaterial)
    }

    /// The private key, readable. For sealing before storage, and for nothing else.
    public func exposePrivateKeyDER() throws -> [UInt8] { try material.der }

    func signature(over input: [UInt8]) throws -> [UInt8] { try material.signature(over: input) }

    public var description: String { "SigningKey(\(algorithm.name), \(keyID))" }
    public var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }
}
