import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A signature algorithm: everything this library knows about it, as data (RFC 7518 §3).
///
/// An algorithm is a property of a key, fixed when the key is made or imported. The `alg` of an incoming header is only
/// compared with it, never obeyed: that closes `none`, key confusion and every relative of theirs (RFC 8725 §3.1).
/// Nothing outside this file switches on an algorithm.
public struct Algorithm: Sendable, Hashable {
    /// The `alg` value.
    public let name: String
    /// Bytes of a signature.
    public let signatureBytes: Int
    /// Makes a new private key.
    let generate: @Sendable () throws -> any PrivateKeyMaterial
    /// Reads a private key that `PrivateKeyMaterial.der` wrote.
    let importPrivate: @Sendable (_ der: [UInt8]) throws -> any PrivateKeyMaterial
    /// Reads the public members of a JWK; nil when they are not a sound key of this algorithm.
    let importPublic: @Sendable (_ key: JSONObject) -> (any PublicKeyMaterial)?

    /// ECDSA on P-256 with SHA-256, signature in raw form (RFC 7518 §3.4).
    public static let es256 = Algorithm(
        name: "ES256",
        signatureBytes: 64,
        generate: { P256.Signing.PrivateKey() },
        importPrivate: { try P256.Signing.PrivateKey(derRepresentation: $0) },
        importPublic: { key in
            guard key["kty"] == "EC", key["crv"] == "P-256",
                let x = key["x"]?.string.flatMap({ Base64URL.decode($0) }), x.count == 32,
                let y = key["y"]?.string.flatMap({ Base64URL.decode($0) }), y.count == 32
            else { return nil }
            // The import itself checks that the point is on the curve.
            return try? P256.Signing.PublicKey(rawRepresentation: x + y)
        }
    )

    /// RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits (RFC 7518 §3.3); for ID tokens of clients that know no other.
    public static let rs256 = Algorithm(
        name: "RS256",
        signatureBytes: 256,
        generate: { try _RSA.Signing.PrivateKey(keySize: .bits2048) },
        importPrivate: { try _RSA.Signing.PrivateKey(derRepresentation: $0) },
        importPublic: { key in
            // 2048 bits, no leading zero, and the one exponent in use: nothing that makes verifying slow or weak.
            guard key["kty"] == "RSA", key["e"] == "AQAB",
                let modulus = key["n"]?.string.flatMap({ Base64URL.decode($0) }),
                modulus.count == 256, modulus[0] >= 0x80
            else { return nil }
            return try? _RSA.Signing.PublicKey(n: modulus, e: [1, 0, 1] as [UInt8])
        }
    )

    /// Every algorithm that an issuer of this house may sign with. No `none`, no HMAC.
    public static let all: [Algorithm] = [.es256, .rs256]

    /// The algorithm whose `alg` value is `name`, or nil for one that is not ours.
    public static func named(_ name: String) -> Algorithm? { all.first { $0.name == name } }

    /// Two algorithms are one when their names are.
    public static func == (left: Algorithm, right: Algorithm) -> Bool { left.name == right.name }
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
    /// The members that RFC 7638 §3.2 hashes, in its order.
    var jwkMembers: JSONObject { get throws }
    func isValid(_ signature: [UInt8], over input: [UInt8]) -> Bool
}

extension P256.Signing.PrivateKey: PrivateKeyMaterial {
    var der: [UInt8] { [UInt8](derRepresentation) }
    var publicMaterial: any PublicKeyMaterial { publicKey }
    func signature(over input: [UInt8]) throws -> [UInt8] {
        [UInt8](try signature(for: SHA256.hash(data: input)).rawRepresentation)
    }
}

extension P256.Signing.PublicKey: PublicKeyMaterial {
    var jwkMembers: JSONObject {
        let point = [UInt8](rawRepresentation)
        return [
            "crv": "P-256", "kty": "EC",
            "x": .string(Base64URL.encode(point[..<32])), "y": .string(Base64URL.encode(point[32...])),
        ]
    }
    func isValid(_ signature: [UInt8], over input: [UInt8]) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return isValidSignature(signature, for: SHA256.hash(data: input))
    }
}

extension _RSA.Signing.PrivateKey: PrivateKeyMaterial {
    var der: [UInt8] { [UInt8](pkcs8DERRepresentation) }
    var publicMaterial: any PublicKeyMaterial { publicKey }
    func signature(over input: [UInt8]) throws -> [UInt8] {
        [UInt8](try signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5).rawRepresentation)
    }
}

extension _RSA.Signing.PublicKey: PublicKeyMaterial {
    var jwkMembers: JSONObject {
        get throws {
            let primitives = try getKeyPrimitives()
            return [
                "e": .string(Base64URL.encode(primitives.publicExponent)), "kty": "RSA",
                "n": .string(Base64URL.encode(primitives.modulus)),
            ]
        }
    }
    func isValid(_ signature: [UInt8], over input: [UInt8]) -> Bool {
        isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature),
            for: SHA256.hash(data: input),
            padding: .insecurePKCS1v1_5
        )
    }
}
