/// How a key protects what is sealed: everything this library knows about it, as data (RFC 7518 §4).
///
/// Two columns that may be empty tell the four ways to a content key apart, and nothing outside this file asks for a
/// name:
///
/// | | the secret is the content key | the secret wraps a new content key |
/// |---|---|---|
/// | a secret that both have | `dir` | `A256KW` |
/// | a secret that they agree on | `ECDH-ES` | `ECDH-ES+A256KW` |
///
/// As with signatures, it is a property of a key. The `alg` and `enc` of a header are only compared with it, never
/// obeyed (RFC 8725 §3.1).
public struct KeyManagementAlgorithm: Sendable, Hashable, CustomStringConvertible {
    /// The `alg` value.
    public let name: String
    /// The curve on which sender and recipient agree; nil where they share a secret already.
    let curve: AgreementCurve?
    /// Bytes of the key that wraps the content key; nil where nothing is wrapped.
    let wrappingKeyBytes: Int?
    /// What the content is encrypted with: the one `enc` that goes with this key.
    let contentEncryption: ContentEncryption

    /// The content key is agreed on with a key pair made for this one token (RFC 7518 §4.6).
    public static func ecdhES(_ curve: AgreementCurve) -> KeyManagementAlgorithm {
        KeyManagementAlgorithm(name: "ECDH-ES", curve: curve, wrappingKeyBytes: nil, contentEncryption: .a256GCM)
    }

    /// The same agreement gives a key that wraps a random content key (RFC 7518 §4.6).
    public static func ecdhESWithA256KW(_ curve: AgreementCurve) -> KeyManagementAlgorithm {
        KeyManagementAlgorithm(name: "ECDH-ES+A256KW", curve: curve, wrappingKeyBytes: 32, contentEncryption: .a256GCM)
    }

    /// A shared secret wraps a random content key (RFC 7518 §4.4): no limit on how often it seals.
    public static let a256KW = KeyManagementAlgorithm(
        name: "A256KW",
        curve: nil,
        wrappingKeyBytes: 32,
        contentEncryption: .a256GCM
    )

    /// A shared secret is the content key (RFC 7518 §4.5): the shortest token, so for cookies.
    ///
    /// Its nonces are random, and two equal ones under one key give the content away: replace the key before it has
    /// sealed 2^32 times (RFC 7518 §8.4).
    public static let dir = KeyManagementAlgorithm(
        name: "dir",
        curve: nil,
        wrappingKeyBytes: nil,
        contentEncryption: .a256GCM
    )

    /// Every algorithm there is. No RSA, whose padding has answered attackers' questions since 1998, and no passwords.
    public static let all: [KeyManagementAlgorithm] = [
        .ecdhES(.p256), .ecdhES(.x25519), .ecdhESWithA256KW(.p256), .ecdhESWithA256KW(.x25519), .a256KW, .dir,
    ]

    /// `ECDH-ES+A256KW on P-256`.
    public var description: String { name + (curve.map { " on \($0.name)" } ?? "") }

    /// The algorithm that a JWK names by its `alg` and `crv`; nil for one that is not ours, or where the JWK is for other
    /// uses.
    static func of(_ jwk: JSONObject) -> KeyManagementAlgorithm? {
        all.first {
            jwk["alg"] == .string($0.name) && jwk["crv"] == $0.curve.map { .string($0.name) } && $0.isAllowed(by: jwk)
        }
    }

    /// Bytes of the key that is shared or derived: the one that wraps, or the content key itself.
    var keyBytes: Int { wrappingKeyBytes ?? contentEncryption.keyBytes }

    /// Bytes of the JWE Encrypted Key: eight more than the key inside (RFC 3394 §2.2.1), or none at all.
    var encryptedKeyBytes: Int { wrappingKeyBytes == nil ? 0 : contentEncryption.keyBytes + 8 }

    /// What a derived key is for, so that no other algorithm derives the same one: AlgorithmID in RFC 7518 §4.6.2.
    var derivedKeyName: String { wrappingKeyBytes == nil ? contentEncryption.name : name }

    /// Whether `use` and `key_ops` of a JWK, where they stand, allow everything that this library does with the key
    /// (RFC 7517 §4.2, §4.3), and nothing that signs.
    private func isAllowed(by jwk: JSONObject) -> Bool {
        guard jwk["use"] == nil || jwk["use"] == "enc" else { return false }
        guard let listed = jwk["key_ops"] else { return true }
        guard let operations = listed.strings.map(Set.init), operations.count == listed.strings?.count,
            operations.isDisjoint(with: ["sign", "verify"])
        else { return false }
        if curve != nil { return !operations.isDisjoint(with: ["deriveKey", "deriveBits"]) }
        return operations.isSuperset(of: wrappingKeyBytes == nil ? ["encrypt", "decrypt"] : ["wrapKey", "unwrapKey"])
    }
}

/// A content encryption algorithm: AES in Galois/Counter Mode (RFC 7518 §5.3).
struct ContentEncryption: Sendable, Hashable {
    /// The `enc` value.
    let name: String
    /// Bytes of a content key.
    let keyBytes: Int

    /// Bytes of the JWE Initialization Vector, whatever the key's length.
    static let nonceBytes = 12
    /// Bytes of the JWE Authentication Tag, whatever the key's length. A shorter one would be guessed sooner.
    static let tagBytes = 16

    static let a256GCM = ContentEncryption(name: "A256GCM", keyBytes: 32)
}
