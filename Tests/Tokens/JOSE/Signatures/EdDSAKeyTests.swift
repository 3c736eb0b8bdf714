import TestKit
import Testing

@testable import Tokens

@Suite("Ed25519 keys, RFC 8037 §2")
struct EdDSAKeyTests {
    private func key(_ x: [UInt8]) -> VerificationKey? {
        let jwk: JSONObject = ["kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "kid": "1"]
        return VerificationKey(jwk: jwk.with("x", .string(Base64URL.encode(x))))
    }

    @Test func `an unsound key is none`() throws {
        let jwk = try SharedKeys.own(.ed25519).verificationKey.jwk
        let x = try #require(jwk["x"]?.string.flatMap { Base64URL.decode($0) })
        #expect(VerificationKey(jwk: jwk) != nil)
        #expect(VerificationKey(jwk: jwk.with("alg", "EdDSA"))?.jwk == jwk)
        for change in [
            KeyChange("the curve of key agreement", "crv", "X25519"), KeyChange("another curve", "crv", "Ed448"),
            KeyChange("the other name of the algorithm", "alg", "Ed448"), KeyChange("no curve", "crv", nil),
            KeyChange("another type", "kty", "EC"), KeyChange("no x", "x", nil), KeyChange("x as a number", "x", 1),
            KeyChange("a short x", "x", bytes: Array(x.dropLast())), KeyChange("a long x", "x", bytes: x + [0]),
            KeyChange("an empty x", "x", ""), KeyChange("a padded x", "x", .string(Base64URL.encode(x) + "=")),
        ] {
            #expect(VerificationKey(jwk: change.made(in: jwk)) == nil, "\(change.testDescription)")
        }
    }

    /// Of order 1, 2, 4 and 8: under such a key there are signatures that hold for many texts.
    @Test func `the eight points of small order are none`() throws {
        let order8 = [
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ].map(Self.bytes)
        let zero = [UInt8](repeating: 0, count: 32)
        let one = [1] + [UInt8](repeating: 0, count: 31)
        let minusOne = [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
        for point in [zero, one, minusOne] + order8 {
            #expect(key(point) == nil)
            #expect(key(Self.negative(point)) == nil)
        }
    }

    /// p to 2^255 - 1, which stand for 0 to 18: two texts for one point.
    @Test func `a y beyond the field is none`() {
        for low in 0xED...0xFF as ClosedRange<UInt8> {
            let point = [low] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
            #expect(key(point) == nil)
            #expect(key(Self.negative(point)) == nil)
        }
        // The greatest that is none of those, and not of small order.
        #expect(key([0xEB] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]) != nil)
        #expect(key([0xFF] + [UInt8](repeating: 0xFF, count: 29) + [0xFE, 0x7F]) != nil)
    }

    @Test func `an unsound private key is refused`() throws {
        let key = try SharedKeys.own(.ed25519)
        let jwk = try key.privateJWK
        let other = try SharedKeys.other(.ed25519).privateJWK
        #expect(try SigningKey(privateJWK: jwk).keyID == key.keyID)
        #expect(try SigningKey(privateJWK: jwk.with("alg", "EdDSA")).verificationKey.jwk["alg"] == "Ed25519")
        let seed = try #require(jwk["d"]?.string.flatMap { Base64URL.decode($0) })
        for change in [
            KeyChange("no d", "d", nil), KeyChange("another key's d", "d", other["d"]),
            KeyChange("another key's x", "x", other["x"]), KeyChange("no x", "x", nil),
            KeyChange("a short d", "d", bytes: Array(seed.dropLast())), KeyChange("a long d", "d", bytes: seed + [0]),
            KeyChange("seed and public key", "d", bytes: seed + seed), KeyChange("another curve", "crv", "X25519"),
        ] {
            #expect(throws: UnsoundKey.self, "\(change.testDescription)") {
                try SigningKey(privateJWK: change.made(in: jwk))
            }
        }
    }

    /// The same y, the other x.
    private static func negative(_ point: [UInt8]) -> [UInt8] { point.dropLast() + [point[31] | 0x80] }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
