import TestKit
import Testing

@testable import Tokens

@Suite("Examples of RFC 7515 A, RFC 7520 §4 and §6, RFC 8037 A, RFC 9964 A")
struct ExampleJWSTests {
    @Test(arguments: ExampleJWS.all)
    func `the signature is valid, and that of a changed text or a changed signature is not`(
        example: ExampleJWS
    ) throws {
        let key = try #require(VerificationKey(jwk: example.publicJWK))
        let signature = try #require(Base64URL.decode(example.signature))
        #expect(key.algorithm == example.algorithm)
        #expect(key.isValid(signature, over: example.signingInput[...]))
        #expect(!key.isValid(signature, over: (example.signingInput + [0])[...]))
        for index in stride(from: 0, to: signature.count, by: max(1, signature.count / 64)) {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.isValid(changed, over: example.signingInput[...]), "byte \(index)")
        }
    }

    @Test(arguments: ExampleJWS.all)
    func `the private key is read, and signs as the RFC did`(example: ExampleJWS) throws {
        let key = try SigningKey(privateJWK: example.privateJWK, keyID: example.section)
        #expect(key.verificationKey.jwk == example.publicJWK.with("use", "sig"))
        let signature = try key.signature(over: example.signingInput)
        if example.isReproducible {
            #expect(Base64URL.encode(signature) == example.signature)
        } else {
            #expect(key.verificationKey.isValid(signature, over: example.signingInput[...]))
        }
    }

    @Test(arguments: ExampleJWS.all)
    func `it is taken apart, if its header names a key`(example: ExampleJWS) throws {
        let header = try JSONReader.readObject(try #require(Base64URL.decode(example.header)))
        let token = Array(example.token.exposed.utf8)
        guard let keyID = header["kid"]?.string else {
            #expect(throws: Refusal.tokenMalformed) { try UnverifiedJWS(token) }
            return
        }
        let jws = try UnverifiedJWS(token)
        #expect(jws.header.keyID == keyID)
        #expect(Algorithm.named(jws.header.algorithm) == example.algorithm)
        #expect(jws.payload == Base64URL.decode(example.payload))
        #expect(Array(jws.signingInput) == example.signingInput)
        #expect(jws.signature == Base64URL.decode(example.signature))
    }

    @Test func `a key without its algorithm is of no use: by which would it be checked?`() throws {
        let jwk = RFC7520.rs256.publicJWK
        #expect(VerificationKey(jwk: jwk.without("alg")) == nil)
        for algorithm in [Algorithm.rs256, .ps256] {
            let key = try #require(VerificationKey(jwk: jwk.with("alg", .string(algorithm.name))))
            let signature = try #require(Base64URL.decode(RFC7520.rs256.signature))
            #expect(key.isValid(signature, over: RFC7520.rs256.signingInput[...]) == (algorithm == .rs256))
        }
    }

    @Test(
        arguments: [
            ("RFC 7638 3.1", RFC7638.key, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            ("RFC 8037 A.3", RFC8037.ed25519.publicJWK, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
            ("RFC 9449 6.1", RFC9449.key, RFC9449.thumbprint),
            ("RFC 9964 A.1", RFC9964.mlDSA65.publicJWK, "Suiu29qbfuaBaR4Ats-c6XQBePB_OpAxAwcTR_0KXVM"),
        ] as [(String, JSONObject, String)]
    )
    func `the thumbprint is the one that the RFC gives, RFC 7638 §3`(
        section: String,
        jwk: JSONObject,
        thumbprint: String
    ) throws {
        let key = try #require(VerificationKey(jwk: jwk))
        #expect(KeyThumbprint(of: key).text == thumbprint)
        // What is no part of the key does not count.
        let renamed = try #require(VerificationKey(jwk: jwk.with("kid", "another").with("x5t", "abc")))
        #expect(KeyThumbprint(of: renamed).text == thumbprint)
        #expect(KeyThumbprint(reading: thumbprint)?.text == thumbprint)
    }
}
