import Crypto
import TestKit
import Testing

@testable import Tokens

@Suite("Key agreement, RFC 7518 §4.6, RFC 8037 §3.2")
struct KeyAgreementTests {
    /// RFC 7518 appendix C.
    private static let bob: JSONObject = [
        "kty": "EC", "crv": "P-256", "kid": "Bob", "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck", "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
    ]
    private static let ephemeral: JSONObject = [
        "crv": "P-256", "kty": "EC", "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
    ]

    @Test func `both ends of RFC 7518's example derive its key`() throws {
        let algorithm = KeyManagementAlgorithm.short("ECDH-ES", .p256)
        let header: JSONObject = [
            "alg": "ECDH-ES", "enc": "A128GCM", "kid": "Bob", "apu": "QWxpY2U", "apv": "Qm9i",
            "epk": .object(Self.ephemeral),
        ]
        let key = try #require(DecryptionKey(jwk: Self.bob, for: algorithm))
        let received = try key.key(for: JWEHeader(JSONWriter.bytes(header)))
        #expect(Base64URL.encode(received.withUnsafeBytes(Array.init)) == "VqqN6vgjbSBcIijNcacQGg")

        let scalar = try #require(Base64URL.decode("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"))
        let alice = try P256.KeyAgreement.PrivateKey(rawRepresentation: scalar)
        #expect(AgreementCurve.p256.jwkMembers(of: alice.publicBytes) == Self.ephemeral)
        let secret = try alice.secret(with: #require(AgreementCurve.p256.publicKey(in: Self.bob)))
        #expect(Base64URL.encode(secret.withUnsafeBytes(Array.init)) == "nlbZHYFxNdNyg0KDv4QmnPsxbqPagGpI9tqneYz-kMQ")
        let sent = algorithm.derivedKey(from: secret, partyU: Array("Alice".utf8), partyV: Array("Bob".utf8))
        #expect(sent == received)
    }

    @Test func `both ends of RFC 8037's example agree on its secret`() throws {
        let x25519 = AgreementCurve.x25519
        let alice = try x25519.privateKey.init(
            rawRepresentation: #require(Base64URL.decode("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo"))
        )
        #expect(x25519.jwkMembers(of: alice.publicBytes)["x"] == "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo")
        let bob = try #require(ExampleJWE.all.last).key
        let secret = try alice.secret(with: #require(x25519.publicKey(in: bob)))
        #expect(Base64URL.encode(secret.withUnsafeBytes(Array.init)) == "Sl2dW6TOLeFyjjv0gDUPJeB-IclH0Z4zdvCbPB4WF0I")

        // "alg":"ECDH-ES+A128KW", says its header; the key it derives was computed independently.
        let algorithm = KeyManagementAlgorithm.short("ECDH-ES+A128KW", x25519, wrappingKeyBytes: 16)
        let header: JSONObject = [
            "alg": "ECDH-ES+A128KW", "enc": "A128GCM", "kid": "Bob",
            "epk": ["kty": "OKP", "crv": "X25519", "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"],
        ]
        let key = try #require(DecryptionKey(jwk: bob, for: algorithm))
        let received = try key.key(for: JWEHeader(JSONWriter.bytes(header)))
        #expect(received == algorithm.derivedKey(from: secret))
        #expect(Base64URL.encode(received.withUnsafeBytes(Array.init)) == "kWyq1WbV-_Lt1HKaktoaBQ")
    }

    @Test func `a derived key is for one algorithm, one length and two parties`() {
        let secret = [UInt8](repeating: 7, count: 32)
        let rows: [KeyManagementAlgorithm] = [
            .ecdhES(.p256), .ecdhESWithA256KW(.p256), .short("ECDH-ES", .p256),
            .short("ECDH-ES+A128KW", .p256, wrappingKeyBytes: 16),
        ]
        var keys = rows.map { $0.derivedKey(from: secret) }
        let row = rows[0]
        keys += [
            row.derivedKey(from: secret, partyU: [1, 2]), row.derivedKey(from: secret, partyV: [1, 2]),
            row.derivedKey(from: secret, partyU: [1], partyV: [2]), row.derivedKey(from: secret, partyU: [1, 2, 0]),
        ]
        #expect(Set(keys.map { $0.withUnsafeBytes(Array.init) }).count == 8)
        #expect(keys.map(\.bitCount) == [256, 256, 128, 128, 256, 256, 256, 256])
        // The curve is not part of it: the secret is.
        #expect(row.derivedKey(from: secret) == KeyManagementAlgorithm.ecdhES(.x25519).derivedKey(from: secret))
    }

    /// Points of small order (RFC 7748 §6.1): 0, 1, p - 1, p, p + 1, and one of order eight.
    private static let smallOrder: [[UInt8]] = [
        [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F], [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xEE] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0xE0, 0xEB, 0x7A, 0x7C, 0x3B, 0x41, 0xB8, 0xAE, 0x16, 0x56, 0xE3, 0xFA, 0xF1, 0x9F, 0xC4, 0x6A, 0xDA, 0x09,
            0x8D, 0xEB, 0x9C, 0x32, 0xB1, 0xFD, 0x86, 0x62, 0x05, 0x16, 0x5F, 0x49, 0xB8, 0x00,
        ],
    ]

    @Test(arguments: smallOrder)
    func `a secret of zeros is nobody's secret`(point: [UInt8]) throws {
        let key = DecryptionKey.generate(.ecdhES(.x25519))
        let jwk = try #require(key.encryptionKey.jwk)
        #expect(EncryptionKey(jwk: jwk) != nil)
        #expect(EncryptionKey(jwk: jwk.with("x", .string(Base64URL.encode(point)))) == nil)

        let forged = try ForgedJWE(for: key)
        #expect(try key.open(forged.token()) == forged.plaintext)
        // Sealed as anybody could, knowing the secret that this point gives.
        let zeros = forged.with {
            $0.header["epk"] = .object(AgreementCurve.x25519.jwkMembers(of: point))
            $0.contentKey = key.algorithm.derivedKey(from: [UInt8](repeating: 0, count: 32))
        }
        #expect(throws: Refusal.decryptionFailed) { try key.open(zeros.token()) }
    }

    @Test func `a point off the curve is not worked with`() throws {
        let key = DecryptionKey.generate(.ecdhES(.p256))
        let jwk = try #require(key.encryptionKey.jwk)
        // On a curve with another b, where there are points of small order; x = p, which is 0 written otherwise.
        let p = "_____wAAAAEAAAAAAAAAAAAAAAD_______________8"
        let off = Base64URL.encode([UInt8](repeating: 1, count: 32))
        for (member, value) in [("y", off), ("x", p), ("x", off)] {
            #expect(EncryptionKey(jwk: jwk.with(member, .string(value))) == nil)
            let forged = try ForgedJWE(for: key)
            let changed = try #require(forged.header["epk"]?.object).with(member, .string(value))
            #expect(try key.open(forged.token()) == forged.plaintext)
            #expect(throws: Refusal.decryptionFailed) {
                try key.open(forged.with { $0.header["epk"] = .object(changed) }.token())
            }
        }
    }
}
