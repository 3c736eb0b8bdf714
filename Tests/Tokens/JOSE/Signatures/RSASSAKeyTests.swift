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

/// A private exponent is taken modulo the least common multiple of p - 1 and q - 1, and then one in some twenty is shorter
/// than the modulus (RFC 7518 §6.3.2.1, "Base64urlUInt" in §2).
@Suite("An RSA key whose private exponent is short")
struct ShortExponentTests {
    private let jwk: JSONObject = [
        "kty": "RSA", "alg": "PS256", "e": "AQAB",
        "n": .string(
            """
            v0XZAzSTktV5m2RbOU6Mc2EZWpOMM5iKm59YvQt6D8HRcEyqSazJN3NlYxojhig7gNLsaYyvMnXXXHDvSNma7ewv5dnk3lFJ\
            Izcb8nScE3VVUyG4QmZ3VvrH3soii-sapCs9w2TAgmSP0tsRiEGNiKKAaoQGPuvsIzUhzv44E66lPDRBJGzchsEfm4BQzEVc\
            i6TnmdCiVG6YyAk_kLR-BN1vVsa4Zjd7GKP2Jt--lG3it_bpZy7Y4_osbA57Jfp3ABGBTfnrb7OX9KqWXSkKDR_1O60XGoMp\
            Vc-vsN5VUBA8x_jfnJq9XBTx9o6rOsigkmOdzt5JSBJi8ZEEg-Y_2Q
            """
        ),
        "d": .string(
            """
            CBCZmbboNSL5vFBtFWBSsFyZuHcSR_-D9Za1_Nt4d4nQ1ftmdaevBDnYszbydxeSehf_6HfvQusVa16nRVdo4f-iJQuD7ez9\
            rTeolImD2XF3YE58EObVCV6n522L6CV6JNXhetoMXxFqLEWZb7tFYjweR867t5_vbZ-av4kuXvoiyE4NWUkCAOkm8IWTjYEb\
            aaFKjgaIUavDZ4SF4wt9y7Tnoq68A_Yz8X_ibXG55llKUHAx8Rmv3K51yU-N-4Vj8wA03HiIPQwqZPJMIJz_cr8OhHSjUeK3\
            qWkg2p2I4dvHHu6VpWkWGHzToziIwBs_rMkzu96YeXguBqFPW4h1
            """
        ),
        "p": .string(
            """
            -fhW8z5KNIE5RGEOFGxy5EOfaZh8HeNstQ8gO-eVdjbUP0OPzeKwv1fZssfU4BrZ7wxEu9wSSkszRAjsjAxuySlhpd6Dk2ms\
            tjUxXZEJEc--BlkML46wC3ciJ14CBbssMUdGWOhaIiXKTv4DfGwzoK-L22-mp1o6TV6tOR7vJk0
            """
        ),
        "q": .string(
            """
            w-MHwZdnkjGSvxSB3Wqq1QLFAp6-fdIGaTIRjycqYaFoAuYBCRk9oZLXRXUJ3SqYg-2idCS3HhTY0_J8tu5Els5Z3moayAIV\
            WbWxLpTL5e_FoGRLjXsszaKnR-4BVPr2NIMTZKZqnD1RJmGokWSGOnmUbVKwBIlkQPgAzo6hXb0
            """
        ),
    ]

    @Test func `is read, signs, and is refused with a zero before it`() throws {
        let key = try SigningKey(privateJWK: jwk)
        #expect(key.verificationKey.isValid(try key.signature(over: [1]), over: [1]))
        let exponent = try #require(jwk["d"]?.string.flatMap { Base64URL.decode($0) })
        #expect(exponent.count == 255)
        #expect(throws: UnsoundKey.self) {
            try SigningKey(privateJWK: jwk.with("d", .string(Base64URL.encode([0] + exponent))))
        }
    }
}
