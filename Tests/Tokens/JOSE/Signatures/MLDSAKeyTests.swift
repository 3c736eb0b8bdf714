import TestKit
import Testing

@testable import Tokens

@Suite("ML-DSA-65 keys, RFC 9964 §3")
struct MLDSAKeyTests {
    @Test func `an unsound key is none`() throws {
        let jwk = RFC9964.mlDSA65.publicJWK
        let bytes = try #require(jwk["pub"]?.string.flatMap { Base64URL.decode($0) })
        #expect(bytes.count == 1_952)
        #expect(VerificationKey(jwk: jwk) != nil)
        for change in [
            KeyChange("no algorithm: it is part of the key", "alg", nil), KeyChange("ML-DSA-44", "alg", "ML-DSA-44"),
            KeyChange("ML-DSA-87", "alg", "ML-DSA-87"), KeyChange("another type", "kty", "OKP"),
            KeyChange("no key", "pub", nil), KeyChange("a number", "pub", 1), KeyChange("nothing", "pub", ""),
            KeyChange("a byte less", "pub", bytes: Array(bytes.dropLast())),
            KeyChange("a byte more", "pub", bytes: bytes + [0]),
            KeyChange("a key of ML-DSA-44", "pub", bytes: Array(bytes.prefix(1_312))),
            KeyChange("a key of ML-DSA-87", "pub", bytes: bytes + bytes.prefix(640)),
            KeyChange("the private key beside it", "priv", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ] {
            #expect(VerificationKey(jwk: change.made(in: jwk)) == nil, "\(change.testDescription)")
        }
        // Where the algorithm is said elsewhere, as in the header of a DPoP proof, the key has to say it all the same.
        let bare = jwk.without("alg")
        #expect(VerificationKey(jwk: jwk, algorithm: .mlDSA65, keyID: nil) != nil)
        #expect(VerificationKey(jwk: bare, algorithm: .mlDSA65, keyID: nil) == nil)
    }

    @Test func `an unsound private key is refused`() throws {
        let jwk = RFC9964.mlDSA65.privateJWK
        let other = try SharedKeys.own(.mlDSA65).privateJWK
        #expect(throws: Never.self) { try SigningKey(privateJWK: jwk) }
        #expect(throws: Never.self) { try SigningKey(privateJWK: other) }
        let seed = [UInt8](repeating: 0, count: 32)
        for change in [
            KeyChange("no seed", "priv", nil), KeyChange("another key's seed", "priv", other["priv"]),
            KeyChange("another key's public half", "pub", other["pub"]), KeyChange("no public half", "pub", nil),
            KeyChange("31 bytes", "priv", bytes: Array(seed.dropLast())),
            KeyChange("33 bytes", "priv", bytes: seed + [0]),
            KeyChange("an expanded key", "priv", bytes: [UInt8](repeating: 0, count: 4_032)),
            KeyChange("another algorithm", "alg", "ML-DSA-87"), KeyChange("no algorithm", "alg", nil),
        ] {
            #expect(throws: UnsoundKey.self, "\(change.testDescription)") {
                try SigningKey(privateJWK: change.made(in: jwk))
            }
        }
    }
}
