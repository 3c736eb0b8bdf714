import CryptoExtras
import TestKit
import Testing

@testable import Tokens

@Suite("RSA keys, RFC 7518 §6.3")
struct RSASSAKeyTests {
    private static func modulus(bytes: Int, first: UInt8 = 0xC1, last: UInt8 = 0xC1) -> [UInt8] {
        [first] + [UInt8](repeating: 0xC1, count: bytes - 2) + [last]
    }

    @Test(arguments: [Algorithm.ps256, .rs256])
    func `the modulus has 2048 to 4096 bits, and no zero before it`(algorithm: Algorithm) throws {
        let jwk = RFC7515.rs256.publicJWK.with("alg", .string(algorithm.name))
        for (bits, modulus) in [
            (2_048, Self.modulus(bytes: 256)), (2_048, Self.modulus(bytes: 256, first: 0x80)),
            (3_072, Self.modulus(bytes: 384)), (4_096, Self.modulus(bytes: 512)),
            (4_096, Self.modulus(bytes: 512, first: 0xFF)),
        ] {
            let key = VerificationKey(jwk: KeyChange("", "n", bytes: modulus).made(in: jwk))
            #expect(key?.jwk["n"] == .string(Base64URL.encode(modulus)), "\(bits) bits")
        }
        for change in [
            KeyChange("512 bits", "n", bytes: Self.modulus(bytes: 64)),
            KeyChange("1024 bits", "n", bytes: Self.modulus(bytes: 128)),
            KeyChange("2040 bits", "n", bytes: Self.modulus(bytes: 255)),
            KeyChange("2047 bits", "n", bytes: Self.modulus(bytes: 256, first: 0x7F)),
            KeyChange("2056 bits", "n", bytes: Self.modulus(bytes: 257)),
            KeyChange("3071 bits", "n", bytes: Self.modulus(bytes: 384, first: 0x7F)),
            KeyChange("4104 bits", "n", bytes: Self.modulus(bytes: 513)),
            KeyChange("8192 bits", "n", bytes: Self.modulus(bytes: 1_024)),
            KeyChange("2048 bits behind a zero", "n", bytes: [0] + Self.modulus(bytes: 256)),
            KeyChange("2048 bits behind two zeros", "n", bytes: [0, 0] + Self.modulus(bytes: 256)),
            KeyChange("an even number", "n", bytes: Self.modulus(bytes: 256, last: 0xC2)),
            KeyChange("zeros", "n", bytes: [UInt8](repeating: 0, count: 256)), KeyChange("nothing", "n", ""),
            KeyChange("no modulus", "n", nil), KeyChange("a number", "n", 65_537),
            KeyChange("another type", "kty", "EC"),
        ] {
            #expect(VerificationKey(jwk: change.made(in: jwk)) == nil, "\(change.testDescription)")
        }
    }

    @Test(
        arguments: [
            ("1, which signs nothing", "AQ"), ("3", "Aw"), ("17", "EQ"), ("65536", "AQAA"), ("65539", "AQAD"),
            ("65537 behind a zero", "AAEAAQ"), ("65537, padded", "AQAB="), ("4294967297", "AQAAAAE"), ("nothing", ""),
            ("65537 as a number", 65_537), ("none", nil),
        ] as [(String, JSONValue?)]
    )
    func `the exponent is 65537`(name: String, exponent: JSONValue?) {
        let jwk = RFC7515.rs256.publicJWK
        #expect(VerificationKey(jwk: jwk) != nil)
        #expect(VerificationKey(jwk: KeyChange(name, "e", exponent).made(in: jwk)) == nil)
    }

    @Test(arguments: [RFC7515.rs256, RFC7520.rs256, RFC7520.nested])
    func `an unsound private key is refused`(example: ExampleJWS) throws {
        let jwk = example.privateJWK
        let other = (example.section == RFC7515.rs256.section ? RFC7520.rs256 : RFC7515.rs256).privateJWK
        let number = try #require(jwk["d"]?.string.flatMap { Base64URL.decode($0) })
        #expect(throws: Never.self) { try SigningKey(privateJWK: jwk) }
        for change in [
            KeyChange("no d", "d", nil), KeyChange("no p", "p", nil), KeyChange("no q", "q", nil),
            KeyChange("no n", "n", nil), KeyChange("another exponent", "e", "Aw"),
            KeyChange("another key's n", "n", other["n"]), KeyChange("another key's d", "d", other["d"]),
            KeyChange("another key's p", "p", other["p"]), KeyChange("another key's q", "q", other["q"]),
            KeyChange("p for q", "q", jwk["p"]), KeyChange("a short d", "d", bytes: Array(number.dropFirst())),
            KeyChange("a third prime", "oth", [["r": "AQAB", "d": "AQAB", "t": "AQAB"]]),
            KeyChange("another d", "d", bytes: number.dropLast() + [number[number.count - 1] ^ 2]),
        ] {
            #expect(throws: UnsoundKey.self, "\(change.testDescription)") {
                try SigningKey(privateJWK: change.made(in: jwk))
            }
        }
    }

    @Test(arguments: [Algorithm.ps256, .rs256])
    func `a stored key of another size is refused, and a larger one is not`(algorithm: Algorithm) throws {
        let small = try _RSA.Signing.PrivateKey(unsafeKeySize: _RSA.Signing.KeySize(bitCount: 1_024))
        #expect(throws: (any Error).self) {
            try SigningKey(algorithm: algorithm, privateKeyDER: [UInt8](small.pkcs8DERRepresentation))
        }
        #expect(throws: (any Error).self) {
            try VerificationKey(pem: small.publicKey.pemRepresentation, algorithm: algorithm)
        }
        let own = try SharedKeys.own(algorithm).exposePrivateKeyDER()
        #expect(throws: Never.self) { try SigningKey(algorithm: algorithm, privateKeyDER: own) }
    }
}
