import TestKit
import Testing

@testable import Tokens

@Suite("Algorithms, RFC 7518 §3")
struct AlgorithmTests {
    @Test(arguments: ExampleJWS.all)
    func `the examples of RFC 7515 verify, and a changed bit does not`(example: ExampleJWS) throws {
        let key = try #require(VerificationKey(jwk: example.key))
        let signature = try #require(Base64URL.decode(example.signature))
        let input = Array("\(example.header).\(ExampleJWS.payload)".utf8)[...]
        #expect(key.algorithm.name == example.algorithm)
        #expect(key.isValid(signature, over: input))
        #expect(!key.isValid(signature, over: input + [0]))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.isValid(changed, over: input))
        }
    }

    @Test(arguments: Algorithm.all)
    func `a signature has the one length, and is its key's alone`(algorithm: Algorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let other = try SigningKey.generate(algorithm)
        let signature = try key.signature(over: [1, 2, 3])
        #expect(signature.count == Self.signatureBytes[algorithm.name])
        #expect(key.verificationKey.isValid(signature, over: [1, 2, 3]))
        #expect(!other.verificationKey.isValid(signature, over: [1, 2, 3]))
        #expect(!key.verificationKey.isValid(signature + [0], over: [1, 2, 3]))
        #expect(!key.verificationKey.isValid([0] + signature, over: [1, 2, 3]))
        #expect(!key.verificationKey.isValid([], over: [1, 2, 3]))
    }

    @Test func `only our own algorithms have a name`() {
        #expect(Algorithm.all.map(\.name) == ["ES256", "ES384", "Ed25519", "PS256", "RS256", "ML-DSA-65"])
        for algorithm in Algorithm.all { #expect(Algorithm.named(algorithm.name) == algorithm) }
        #expect(Algorithm.named("EdDSA") == .ed25519)
        for name in ["none", "None", "HS256", "es256", "ES512", "PS384", "ML-DSA-44", "ed25519", ""] {
            #expect(Algorithm.named(name) == nil)
        }
    }

    private static let signatureBytes = [
        "ES256": 64, "ES384": 96, "Ed25519": 64, "PS256": 256, "RS256": 256, "ML-DSA-65": 3309,
    ]
}

/// RFC 7515, appendices A.2 and A.3.
struct ExampleJWS: CustomTestStringConvertible {
    static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    static let all = [
        ExampleJWS(
            algorithm: "RS256",
            header: "eyJhbGciOiJSUzI1NiJ9",
            key: [
                "kty": "RSA", "alg": "RS256", "kid": "A.2", "e": "AQAB",
                "n": .string(
                    """
                    ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4Q\
                    lL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBY\
                    UsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNm\
                    oudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ
                    """
                ),
            ],
            signature: """
                cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds\
                9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZR\
                mB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs9\
                8rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw
                """
        ),
        ExampleJWS(
            algorithm: "ES256",
            header: "eyJhbGciOiJFUzI1NiJ9",
            key: [
                "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "A.3",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            ],
            signature: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
    ]

    let algorithm: String
    let header: String
    let key: JSONObject
    let signature: String

    var testDescription: String { "the \(algorithm) example" }
}
