import Crypto
import TestKit
import Testing

@testable import Tokens

@Suite("Public JWKs that seal, RFC 7517 §4")
struct EncryptionKeyTests {
    private static let onCurves = KeyManagementAlgorithm.all.filter { $0.curve != nil }

    @Test(arguments: onCurves)
    func `a public key that is written is read, and seals for the private one`(algorithm: KeyManagementAlgorithm) throws
    {
        let key = DecryptionKey.generate(algorithm)
        let jwk = try #require(key.encryptionKey.jwk)
        let read = try #require(EncryptionKey(jwk: jwk))
        #expect(jwk["use"] == "enc" && jwk["alg"] == .string(algorithm.name) && jwk["d"] == nil)
        #expect(read.algorithm == algorithm && read.keyID == key.keyID && read.jwk == jwk)
        #expect(try key.open(read.seal([1, 2, 3])) == [1, 2, 3])
    }

    /// RFC 7518 appendix C, RFC 8037 appendix A.6, and the bytes 0 to 31; the hashes were computed independently.
    @Test func `the key id is the thumbprint, RFC 7638 §3.2`() throws {
        func keyID(_ algorithm: KeyManagementAlgorithm, _ material: EncryptionKey.Material) -> String {
            EncryptionKey(algorithm: algorithm, material: material).keyID
        }
        let p256 = try #require(
            AgreementCurve.p256.publicKey(in: [
                "kty": "EC", "crv": "P-256", "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
                "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
            ])
        )
        #expect(keyID(.ecdhES(.p256), .publicKey(p256, .p256)) == "Vy57XrArUrW0NbpI12tEzDHABxMwrTh6HHXRenSpnCo")
        let x25519 = try #require(
            AgreementCurve.x25519.publicKey(in: [
                "kty": "OKP", "crv": "X25519", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
            ])
        )
        #expect(keyID(.ecdhES(.x25519), .publicKey(x25519, .x25519)) == "giQqigT_IKcuzHl0FVJ3k5ts3_TWNAxvsC08UZsfcM8")
        let shared = SymmetricKey(data: Array(0..<32 as Range<UInt8>))
        #expect(keyID(.a256KW, .shared(shared)) == "WqjPPRvAP8oYbAqCwMErhzTg-Quaz-vLx_cef07yhOs")
    }

    @Test(arguments: [
        JWKChange("for signatures", "use", "sig"), JWKChange("operations that sign", "key_ops", ["deriveKey", "sign"]),
        JWKChange("a private member", "d", "AQAB"), JWKChange("no id", "kid", nil), JWKChange("an empty id", "kid", ""),
        JWKChange("an id that is no text", "kid", 7), JWKChange("no algorithm", "alg", nil),
        JWKChange("a signature algorithm", "alg", "ES256"), JWKChange("an algorithm of shared secrets", "alg", "dir"),
        JWKChange("an unknown algorithm", "alg", "ECDH-ES+A128KW"), JWKChange("another type", "kty", "OKP"),
        JWKChange("another curve", "crv", "X25519"), JWKChange("a curve that is not ours", "crv", "P-384"),
        JWKChange("no curve", "crv", nil), JWKChange("half a point", "y", nil),
        JWKChange("a short coordinate", "x", .string(Base64URL.encode([UInt8](repeating: 1, count: 31)))),
        JWKChange("a padded coordinate", "x", .string(Base64URL.encode([UInt8](repeating: 0, count: 33)))),
        JWKChange("the point at infinity", "x", .string(Base64URL.encode([UInt8](repeating: 0, count: 32)))),
    ])
    func `an unsound public key is passed over`(change: JWKChange) throws {
        let jwk = try #require(DecryptionKey.generate(.ecdhES(.p256)).encryptionKey.jwk)
        #expect(EncryptionKey(jwk: jwk.with("key_ops", ["deriveKey"]).with("x5t", "abc")) != nil)
        #expect(EncryptionKey(jwk: change.made(in: jwk)) == nil)
    }

    @Test func `a signature key is never an encryption key, nor the reverse`() throws {
        let signing = try SigningKey.generate(.es256).verificationKey
        let sealing = try #require(DecryptionKey.generate(.ecdhES(.p256)).encryptionKey.jwk)
        #expect(VerificationKey(jwk: signing.jwk) != nil && EncryptionKey(jwk: sealing) != nil)
        #expect(EncryptionKey(jwk: signing.jwk) == nil && VerificationKey(jwk: sealing) == nil)
        // Not even under the other's algorithm.
        #expect(EncryptionKey(jwk: signing.jwk.with("alg", "ECDH-ES")) == nil)
        #expect(VerificationKey(jwk: sealing.with("alg", "ES256")) == nil)
        #expect(EncryptionKey(jwk: signing.jwk.with("alg", "ECDH-ES").with("use", "enc")) != nil)
    }

    @Test(arguments: [KeyManagementAlgorithm.a256KW, .dir])
    func `nothing of a shared secret can be published, or read from what is`(algorithm: KeyManagementAlgorithm) {
        let key = DecryptionKey.generate(algorithm)
        #expect(key.encryptionKey.jwk == nil)
        #expect(EncryptionKey(jwk: key.exposeJWK()) == nil)
        #expect(DecryptionKey(jwk: key.exposeJWK()) != nil)
    }
}

/// One member of a JWK set, or taken away.
struct JWKChange: CustomTestStringConvertible {
    let testDescription: String
    private let member: String
    private let value: JSONValue?

    init(_ description: String, _ member: String, _ value: JSONValue?) {
        testDescription = description
        self.member = member
        self.value = value
    }

    func made(in object: JSONObject) -> JSONObject {
        value.map { object.with(member, $0) } ?? object.without(member)
    }
}
