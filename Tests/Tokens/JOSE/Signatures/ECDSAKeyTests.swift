import Crypto
import TestKit
import Testing

@testable import Tokens

/// The private number behind a PKCS #8 document.
enum ECPrivateKey {
    static func p256(_ der: [UInt8]) throws -> [UInt8] {
        try [UInt8](P256.Signing.PrivateKey(derRepresentation: der).rawRepresentation)
    }

    static func p384(_ der: [UInt8]) throws -> [UInt8] {
        try [UInt8](P384.Signing.PrivateKey(derRepresentation: der).rawRepresentation)
    }
}

@Suite("Elliptic keys, RFC 7518 §6.2")
struct ECDSAKeyTests {
    /// By algorithm: bytes of a coordinate.
    private static let curves: [(Algorithm, Int)] = [(.es256, 32), (.es384, 48)]

    @Test(arguments: curves)
    func `an unsound point is none`(algorithm: Algorithm, bytes: Int) throws {
        let jwk = try SharedKeys.own(algorithm).verificationKey.jwk
        let other = try SharedKeys.other(algorithm).verificationKey.jwk
        let x = try #require(jwk["x"]?.string.flatMap { Base64URL.decode($0) })
        let y = try #require(jwk["y"]?.string.flatMap { Base64URL.decode($0) })
        #expect(VerificationKey(jwk: jwk) != nil)
        for change in [
            KeyChange("another curve", "crv", algorithm == .es256 ? "P-384" : "P-256"),
            KeyChange("a curve that is not ours", "crv", "P-521"),
            KeyChange("the curve of Bitcoin", "crv", "secp256k1"),
            KeyChange("no curve", "crv", nil), KeyChange("another type", "kty", "OKP"),
            KeyChange("no x", "x", nil), KeyChange("no y", "y", nil), KeyChange("y as a number", "y", 1),
            KeyChange("a short x", "x", bytes: Array(x.dropFirst())),
            KeyChange("a short y", "y", bytes: Array(y.dropLast())),
            KeyChange("a zero before x", "x", bytes: [0] + x), KeyChange("a zero behind y", "y", bytes: y + [0]),
            KeyChange("an empty x", "x", ""), KeyChange("a padded x", "x", .string(Base64URL.encode(x) + "=")),
            KeyChange("another key's x", "x", other["x"]), KeyChange("another key's y", "y", other["y"]),
            KeyChange("x for y", "y", bytes: x),
            KeyChange("y off the curve", "y", bytes: y.dropLast() + [y[bytes - 1] ^ 1]),
            KeyChange("zeros", "x", bytes: [UInt8](repeating: 0, count: bytes)),
            KeyChange("ones", "x", bytes: [UInt8](repeating: 0xFF, count: bytes)),
        ] {
            #expect(VerificationKey(jwk: change.made(in: jwk)) == nil, "\(change.testDescription)")
        }
        let infinity = jwk.with("x", .string(Base64URL.encode([UInt8](repeating: 0, count: bytes))))
            .with("y", .string(Base64URL.encode([UInt8](repeating: 0, count: bytes))))
        #expect(VerificationKey(jwk: infinity) == nil)
    }

    /// Both curves have a point with x = 0. Written as the field's prime it is the same point under another text.
    @Test(
        arguments: [
            (
                Algorithm.es256, "P-256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "_____wAAAAEAAAAAAAAAAAAAAAD_______________8", "ZkhceA4vg9ckM71dhKBrtlQcKvMdrocXKL-FahdPk_Q"
            ),
            (
                .es384, "P-384", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "__________________________________________7_____AAAAAAAAAAD_____",
                "wwZhD7CuWhWc9FwGBp8ipsXrNkHGAtQt6ixLT3VVB5NAbYDSuRrVT5BIvUh68a3h"
            ),
        ]
    )
    func `a coordinate beyond the field is none`(
        algorithm: Algorithm,
        curve: String,
        x: String,
        beyond: String,
        y: String
    ) {
        let jwk: JSONObject = [
            "kty": "EC", "crv": .string(curve), "alg": .string(algorithm.name), "kid": "1", "x": .string(x),
            "y": .string(y),
        ]
        #expect(VerificationKey(jwk: jwk) != nil)
        #expect(VerificationKey(jwk: jwk.with("x", .string(beyond))) == nil)
    }

    @Test(arguments: curves)
    func `an unsound private key is refused`(algorithm: Algorithm, bytes: Int) throws {
        let key = try SharedKeys.own(algorithm)
        let jwk = try key.privateJWK
        let other = try SharedKeys.other(algorithm).privateJWK
        #expect(try SigningKey(privateJWK: jwk).keyID == key.keyID)
        let number = try #require(jwk["d"]?.string.flatMap { Base64URL.decode($0) })
        for change in [
            KeyChange("no d", "d", nil), KeyChange("another key's d", "d", other["d"]),
            KeyChange("a short d", "d", bytes: Array(number.dropFirst())),
            KeyChange("a zero before d", "d", bytes: [0] + number),
            KeyChange("d of zero", "d", bytes: [UInt8](repeating: 0, count: bytes)),
            KeyChange("d beyond the group", "d", bytes: [UInt8](repeating: 0xFF, count: bytes)),
            KeyChange("another key's x", "x", other["x"]), KeyChange("another key's y", "y", other["y"]),
            KeyChange("no x", "x", nil), KeyChange("no y", "y", nil), KeyChange("another curve", "crv", "P-521"),
            KeyChange("another type", "kty", "OKP"),
        ] {
            #expect(throws: UnsoundKey.self, "\(change.testDescription)") {
                try SigningKey(privateJWK: change.made(in: jwk))
            }
        }
        // Another's public half as a whole: it would be published, and verify nothing that we sign.
        let stolen = jwk.with("x", other["x"] ?? .null).with("y", other["y"] ?? .null)
        #expect(throws: UnsoundKey.self) { try SigningKey(privateJWK: stolen) }
    }
}
