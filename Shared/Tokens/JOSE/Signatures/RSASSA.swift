import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3); for ID tokens of clients that know no other. New keys have 2048
    /// bits.
    public static let rs256 = Algorithm(
        name: "RS256",
        names: ["RS256"],
        generate: { RSAPrivateKey(key: try _RSA.Signing.PrivateKey(keySize: .bits2048), padding: .insecurePKCS1v1_5) },
        importPrivate: { try RSAPrivateKey(der: $0, padding: .insecurePKCS1v1_5) },
        importPrivateJWK: { RSAPrivateKey(jwk: $0, padding: .insecurePKCS1v1_5) },
        importPublic: { try RSAPublicKey(der: $0, padding: .insecurePKCS1v1_5) },
        importPublicJWK: { RSAPublicKey(jwk: $0, padding: .insecurePKCS1v1_5) }
    )

    /// RSASSA-PSS with SHA-256 and a salt of its length (RFC 7518 §3.5). New keys have 2048 bits.
    public static let ps256 = Algorithm(
        name: "PS256",
        names: ["PS256"],
        generate: { RSAPrivateKey(key: try _RSA.Signing.PrivateKey(keySize: .bits2048), padding: .PSS) },
        importPrivate: { try RSAPrivateKey(der: $0, padding: .PSS) },
        importPrivateJWK: { RSAPrivateKey(jwk: $0, padding: .PSS) },
        importPublic: { try RSAPublicKey(der: $0, padding: .PSS) },
        importPublicJWK: { RSAPublicKey(jwk: $0, padding: .PSS) }
    )
}

/// An RSA key and the one padding that it is used with.
private struct RSAPrivateKey: PrivateKeyMaterial {
    let key: _RSA.Signing.PrivateKey
    let padding: _RSA.Signing.Padding
}

extension RSAPrivateKey {
    init(der: [UInt8], padding: _RSA.Signing.Padding) throws {
        self.init(key: try _RSA.Signing.PrivateKey(derRepresentation: der), padding: padding)
    }

    init?(jwk: JSONObject, padding: _RSA.Signing.Padding) {
        guard let modulus = jwk.rsaModulus, jwk["oth"] == nil,
            let exponent = jwk.rsaInteger("d", bytesMax: modulus.count),
            let p = jwk.rsaInteger("p", bytesMax: modulus.count / 2),
            let q = jwk.rsaInteger("q", bytesMax: modulus.count / 2),
            let key = try? _RSA.Signing.PrivateKey(n: modulus, e: rsaExponent, d: exponent, p: p, q: q)
        else { return nil }
        self.init(key: key, padding: padding)
    }

    var der: [UInt8] { [UInt8](key.pkcs8DERRepresentation) }
    var publicMaterial: any PublicKeyMaterial { RSAPublicKey(key: key.publicKey, padding: padding) }
    func signature(over input: [UInt8]) throws -> [UInt8] {
        [UInt8](try key.signature(for: SHA256.digest(of: input[...]), padding: padding).rawRepresentation)
    }
}

private struct RSAPublicKey: PublicKeyMaterial {
    let key: _RSA.Signing.PublicKey
    let padding: _RSA.Signing.Padding
}

extension RSAPublicKey {
    init(der: [UInt8], padding: _RSA.Signing.Padding) throws {
        self.init(key: try _RSA.Signing.PublicKey(derRepresentation: der), padding: padding)
    }

    init?(jwk: JSONObject, padding: _RSA.Signing.Padding) {
        guard let modulus = jwk.rsaModulus, let key = try? _RSA.Signing.PublicKey(n: modulus, e: rsaExponent) else {
            return nil
        }
        self.init(key: key, padding: padding)
    }

    var der: [UInt8] { [UInt8](key.derRepresentation) }
    var jwkMembers: JSONObject {
        get throws {
            let primitives = try key.getKeyPrimitives()
            return [
                "e": .string(Base64URL.encode(primitives.publicExponent)), "kty": "RSA",
                "n": .string(Base64URL.encode(primitives.modulus)),
            ]
        }
    }
    var signatureBytes: Int { key.keySizeInBits / 8 }
    func isValid(_ signature: [UInt8], over input: ArraySlice<UInt8>) -> Bool {
        key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature),
            for: SHA256.digest(of: input),
            padding: padding
        )
    }
}

/// 65537, the one exponent in use: a small one weakens, a large one makes verifying slow.
private let rsaExponent: [UInt8] = [1, 0, 1]

extension JSONObject {
    /// A private number of an RSA key, in the fewest bytes (RFC 7518 §2): one in some twenty private exponents is shorter
    /// than the modulus.
    fileprivate func rsaInteger(_ name: String, bytesMax: Int) -> [UInt8]? {
        guard let value = self[name]?.string.flatMap({ Base64URL.decode($0) }), (1...bytesMax).contains(value.count),
            value[0] > 0
        else { return nil }
        return value
    }

    /// `n` of an RSA key: 2048 to 4096 bits in whole bytes, no leading zero (RFC 7518 §6.3.1.1), odd; and `e` is 65537.
    fileprivate var rsaModulus: [UInt8]? {
        guard self["kty"] == "RSA", self["e"] == "AQAB",
            let modulus = self["n"]?.string.flatMap({ Base64URL.decode($0) }),
            Bounds.rsaModulusBytes.contains(modulus.count), modulus.count.isMultiple(of: 2),
            modulus[0] >= 0x80, modulus[modulus.count - 1] & 1 == 1
        else { return nil }
        return modulus
    }
}
