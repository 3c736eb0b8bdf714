import TestKit
import Testing

@testable import Tokens

@Suite("JWKs that open, RFC 7517 §4")
struct DecryptionKeyTests {
    @Test(arguments: KeyManagementAlgorithm.all)
    func `a key that is written is read, and opens what was sealed before`(algorithm: KeyManagementAlgorithm) throws {
        let key = DecryptionKey.generate(algorithm)
        let written = try JSONReader.readObject(JSONWriter.bytes(key.exposeJWK()))
        let read = try #require(DecryptionKey(jwk: written))
        #expect(read.algorithm == algorithm && read.keyID == key.keyID && read.exposeJWK() == written)
        #expect(try read.open(key.encryptionKey.seal([1, 2, 3])) == [1, 2, 3])
        #expect(try key.open(read.encryptionKey.seal([1, 2, 3])) == [1, 2, 3])
    }

    @Test(arguments: [
        JWKChange("for signatures", "use", "sig"), JWKChange("operations that sign", "key_ops", ["deriveKey", "sign"]),
        JWKChange("no private member", "d", nil), JWKChange("no id", "kid", nil), JWKChange("an empty id", "kid", ""),
        JWKChange("a signature algorithm", "alg", "ES256"), JWKChange("no algorithm", "alg", nil),
        JWKChange("an algorithm of shared secrets", "alg", "A256KW"), JWKChange("another curve", "crv", "X25519"),
        JWKChange("another type", "kty", "oct"), JWKChange("half a point", "y", nil),
        JWKChange("zero", "d", .string(Base64URL.encode([UInt8](repeating: 0, count: 32)))),
        JWKChange("more than the order", "d", .string(Base64URL.encode([UInt8](repeating: 0xFF, count: 32)))),
        JWKChange("another's private member", "d", .string(Base64URL.encode([UInt8](repeating: 1, count: 32)))),
        JWKChange("a short private member", "d", .string(Base64URL.encode([UInt8](repeating: 1, count: 31)))),
        JWKChange("a padded private member", "d", .string(Base64URL.encode([UInt8](repeating: 0, count: 33)))),
    ])
    func `an unsound private key is not taken`(change: JWKChange) {
        let jwk = DecryptionKey.generate(.ecdhESWithA256KW(.p256)).exposeJWK()
        #expect(DecryptionKey(jwk: jwk.with("key_ops", ["deriveBits"]).without("use")) != nil)
        #expect(DecryptionKey(jwk: change.made(in: jwk)) == nil)
    }

    @Test(arguments: [
        JWKChange("31 bytes", "k", .string(Base64URL.encode([UInt8](repeating: 1, count: 31)))),
        JWKChange("33 bytes", "k", .string(Base64URL.encode([UInt8](repeating: 1, count: 33)))),
        JWKChange("16 bytes", "k", .string(Base64URL.encode([UInt8](repeating: 1, count: 16)))),
        JWKChange("no secret", "k", nil), JWKChange("a number", "k", 1), JWKChange("a password", "k", "hunter2!"),
        JWKChange("plain base64", "k", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        JWKChange("another type", "kty", "EC"), JWKChange("no type", "kty", nil), JWKChange("a curve", "crv", "P-256"),
        JWKChange("only sealing", "key_ops", ["encrypt"]), JWKChange("HMAC", "alg", "HS256"),
        JWKChange("for signatures", "use", "sig"), JWKChange("no id", "kid", nil),
    ])
    func `an unsound shared secret is not taken`(change: JWKChange) {
        let jwk = DecryptionKey.generate(.dir).exposeJWK()
        #expect(DecryptionKey(jwk: jwk.with("key_ops", ["encrypt", "decrypt"])) != nil)
        #expect(DecryptionKey(jwk: change.made(in: jwk)) == nil)
    }

    @Test(arguments: KeyManagementAlgorithm.all)
    func `it prints as its id, whichever way it is printed`(algorithm: KeyManagementAlgorithm) throws {
        let key = DecryptionKey.generate(algorithm)
        let jwk = key.exposeJWK()
        let secret = try #require((jwk["d"] ?? jwk["k"])?.string)
        let inner = try #require(Base64URL.decode(secret)).prefix(8).map { String($0) }.joined(separator: ", ")
        for printable in [key as Any, key.encryptionKey as Any] {
            var dumped = ""
            dump(printable, to: &dumped)
            dump(["nested": printable], to: &dumped)
            dump(DecryptionKeys(current: key), to: &dumped)
            for text in ["\(printable)", String(reflecting: printable), String(describing: [printable]), dumped] {
                #expect(text.contains(key.keyID))
                #expect(!text.contains(secret.prefix(8)) && !text.contains(inner))
                #expect(!text.contains("SymmetricKey") && !text.contains("PrivateKey("))
            }
        }
        #expect("\(key)" == "DecryptionKey(\(algorithm.name), \(key.keyID))")
        #expect("\(key.encryptionKey)" == "EncryptionKey(\(algorithm.name), \(key.keyID))")
    }

    @Test(arguments: KeyManagementAlgorithm.all)
    func `each is new`(algorithm: KeyManagementAlgorithm) {
        #expect(Set((0..<20).map { _ in DecryptionKey.generate(algorithm).keyID }).count == 20)
    }
}
