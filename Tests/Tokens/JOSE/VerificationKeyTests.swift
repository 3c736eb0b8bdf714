import TestKit
import Testing

@testable import Tokens

@Suite("JSON Web Keys, RFC 7517 §4")
struct VerificationKeyTests {
    @Test(arguments: Algorithm.all)
    func `a key that is written is read`(algorithm: Algorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let read = try #require(VerificationKey(jwk: key.verificationKey.jwk))
        #expect(read.jwk == key.verificationKey.jwk)
        #expect(read.algorithm == algorithm)
        #expect(read.keyID == read.thumbprint)
        #expect(read.isValid(try key.signature(over: [7]), over: [7]))
    }

    @Test(arguments: [
        Change("another use", "use", "enc"), Change("use of another type", "use", 1),
        Change("operations without verify", "key_ops", ["encrypt"]), Change("a private member", "d", "AQAB"),
        Change("no id", "kid", nil), Change("an empty id", "kid", ""), Change("an id that is no text", "kid", 7),
        Change("no algorithm", "alg", nil), Change("an algorithm of another kind", "alg", "RS256"),
        Change("an unknown algorithm", "alg", "ES512"), Change("no algorithm at all", "alg", "none"),
        Change("another type", "kty", "OKP"), Change("another curve", "crv", "P-384"), Change("half a point", "y", nil),
        Change("a point off the curve", "y", .string(Base64URL.encode([UInt8](repeating: 1, count: 32)))),
        Change("a short coordinate", "x", .string(Base64URL.encode([UInt8](repeating: 1, count: 31)))),
        Change("a padded coordinate", "x", .string(Base64URL.encode([UInt8](repeating: 0, count: 33)))),
        Change("the point at infinity", "x", .string(Base64URL.encode([UInt8](repeating: 0, count: 32)))),
        Change("coordinates in plain base64", "x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="),
    ])
    func `an unsound elliptic key is passed over`(change: Change) throws {
        let jwk = try SigningKey.generate(.es256).verificationKey.jwk
        #expect(VerificationKey(jwk: jwk) != nil)
        #expect(VerificationKey(jwk: change.made(in: jwk)) == nil)
    }

    @Test(arguments: [
        Change("the exponent 3", "e", "Aw"), Change("a padded exponent", "e", "AAEAAQ"),
        Change("no exponent", "e", nil),
        Change("a modulus of 1024 bits", "n", .string(Base64URL.encode([UInt8](repeating: 0xC1, count: 128)))),
        Change("a modulus of 2047 bits", "n", .string(Base64URL.encode([0x7F] + [UInt8](repeating: 0xC1, count: 255)))),
        Change("a modulus behind a zero", "n", .string(Base64URL.encode([0] + [UInt8](repeating: 0xC1, count: 255)))),
        Change("a modulus of 4104 bits", "n", .string(Base64URL.encode([UInt8](repeating: 0xC1, count: 513)))),
        Change("an even modulus", "n", .string(Base64URL.encode([UInt8](repeating: 0xC2, count: 256)))),
        Change("a private member", "d", "AQAB"), Change("an elliptic algorithm", "alg", "ES256"),
    ])
    func `an unsound RSA key is passed over`(change: Change) throws {
        let jwk = RFC7515.rs256.publicJWK
        #expect(VerificationKey(jwk: jwk) != nil)
        #expect(VerificationKey(jwk: change.made(in: jwk)) == nil)
    }

    @Test func `what allows verifying may stand there, and what stands beside is left behind`() throws {
        let jwk = try SigningKey.generate(.es256).verificationKey.jwk
        let more = jwk.with("key_ops", ["verify"]).with("x5t", "abc").with("x5u", "https://evil.example").with(
            "use",
            "sig"
        )
        #expect(VerificationKey(jwk: more)?.jwk == jwk)
    }

    @Test func `its description is its id`() throws {
        let key = try SigningKey.generate(.es256).verificationKey
        #expect("\(key)" == "VerificationKey(ES256, \(key.keyID))")
    }

    /// One member set, or taken away.
    struct Change: CustomTestStringConvertible {
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
}
