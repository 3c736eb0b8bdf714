/// A signature algorithm: everything this library knows about it, as data (RFC 7518 §3).
///
/// An algorithm is a property of a key, fixed when the key is made or imported. The `alg` of an incoming header is only
/// compared with it, never obeyed: that closes `none`, key confusion and every relative of theirs (RFC 8725 §3.1).
/// No `none`, no HMAC. Nothing outside this folder switches on an algorithm.
public final class Algorithm: Sendable, Hashable {
    /// The `alg` value, as this library writes it.
    public let name: String
    /// The `alg` values that mean this algorithm in a header or a JWK.
    let names: [String]
    /// Makes a new private key.
    let generate: @Sendable () throws -> any PrivateKeyMaterial
    /// Reads a private key as `PrivateKeyMaterial.der` writes it: PKCS #8.
    let importPrivate: @Sendable (_ der: [UInt8]) throws -> any PrivateKeyMaterial
    /// Reads the private members of a JWK; nil when they are not a sound key of this algorithm.
    let importPrivateJWK: @Sendable (_ key: JSONObject) -> (any PrivateKeyMaterial)?
    /// Reads a public key as `PublicKeyMaterial.der` writes it: SubjectPublicKeyInfo.
    let importPublic: @Sendable (_ der: [UInt8]) throws -> any PublicKeyMaterial
    /// Reads the public members of a JWK; nil when they are not a sound key of this algorithm.
    let importPublicJWK: @Sendable (_ key: JSONObject) -> (any PublicKeyMaterial)?

    init(
        name: String,
        names: [String],
        generate: @escaping @Sendable () throws -> any PrivateKeyMaterial,
        importPrivate: @escaping @Sendable (_ der: [UInt8]) throws -> any PrivateKeyMaterial,
        importPrivateJWK: @escaping @Sendable (_ key: JSONObject) -> (any PrivateKeyMaterial)?,
        importPublic: @escaping @Sendable (_ der: [UInt8]) throws -> any PublicKeyMaterial,
        importPublicJWK: @escaping @Sendable (_ key: JSONObject) -> (any PublicKeyMaterial)?
    ) {
        self.name = name
        self.names = names
        self.generate = generate
        self.importPrivate = importPrivate
        self.importPrivateJWK = importPrivateJWK
        self.importPublic = importPublic
        self.importPublicJWK = importPublicJWK
    }

    /// Every algorithm of this library, the usual first.
    public static let all: [Algorithm] = [.es256, .es384, .ed25519, .ps256, .rs256, .mlDSA65]

    /// The algorithm whose `alg` value is `name`, or nil for one that is not ours.
    public static func named(_ name: String) -> Algorithm? { all.first { $0.names.contains(name) } }

    /// There is one of each.
    public static func == (left: Algorithm, right: Algorithm) -> Bool { left === right }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The private half of a key pair.
protocol PrivateKeyMaterial: Sendable {
    /// PKCS #8, as it is sealed and stored.
    var der: [UInt8] { get throws }
    var publicMaterial: any PublicKeyMaterial { get }
    func signature(over input: [UInt8]) throws -> [UInt8]
}

/// The public half of a key pair.
protocol PublicKeyMaterial: Sendable {
    /// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    var der: [UInt8] { get throws }
    /// The members that RFC 7638 §3.2 hashes, in its order.
    var jwkMembers: JSONObject { get throws }
    /// Bytes of a signature: one fixed length for each key.
    var signatureBytes: Int { get }
    func isValid(_ signature: [UInt8], over input: ArraySlice<UInt8>) -> Bool
}

extension JSONObject {
    /// The value of a binary member of a JWK, which has one length only; nil for any other.
    func bytes(_ name: String, count: Int) -> [UInt8]? {
        guard let value = self[name]?.string.flatMap({ Base64URL.decode($0) }), value.count == count else { return nil }
        return value
    }
}
