import Testing

@testable import Tokens

@Suite("Key management, RFC 7518 §4 and §5")
struct KeyManagementAlgorithmTests {
    @Test func `the table is this`() {
        let rows = KeyManagementAlgorithm.all.map { row in
            "\(row): \(row.contentEncryption.name), key \(row.keyBytes), wrapped \(row.encryptedKeyBytes)"
        }
        #expect(
            rows == [
                "ECDH-ES on P-256: A256GCM, key 32, wrapped 0", "ECDH-ES on X25519: A256GCM, key 32, wrapped 0",
                "ECDH-ES+A256KW on P-256: A256GCM, key 32, wrapped 40",
                "ECDH-ES+A256KW on X25519: A256GCM, key 32, wrapped 40", "A256KW: A256GCM, key 32, wrapped 40",
                "dir: A256GCM, key 32, wrapped 0",
            ]
        )
        #expect(Set(KeyManagementAlgorithm.all).count == 6)
    }

    @Test func `a JWK has the algorithm of its alg and its curve`() {
        for row in KeyManagementAlgorithm.all {
            var jwk: JSONObject = ["alg": .string(row.name)]
            jwk["crv"] = row.curve.map { .string($0.name) }
            #expect(KeyManagementAlgorithm.of(jwk) == row)
            jwk["crv"] = "P-384"
            #expect(KeyManagementAlgorithm.of(jwk) == nil)
        }
        for name in [
            "RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "A128KW", "A256GCMKW", "PBES2-HS512+A256KW", "DIR", "none", "",
        ] {
            #expect(KeyManagementAlgorithm.of(["alg": .string(name)]) == nil)
        }
        #expect(KeyManagementAlgorithm.of(["alg": "ECDH-ES"]) == nil)
        #expect(KeyManagementAlgorithm.of([:]) == nil)
    }

    @Test(arguments: [
        ("ECDH-ES", "P-256" as String?, ["deriveKey"], true), ("ECDH-ES", "P-256", ["deriveBits"], true),
        ("ECDH-ES", "P-256", ["deriveKey", "sign"], false), ("ECDH-ES", "P-256", ["wrapKey", "unwrapKey"], false),
        ("ECDH-ES", "P-256", [], false),
        ("A256KW", nil, ["wrapKey", "unwrapKey"], true), ("A256KW", nil, ["unwrapKey"], false),
        ("A256KW", nil, ["encrypt", "decrypt"], false), ("A256KW", nil, ["wrapKey", "unwrapKey", "verify"], false),
        ("dir", nil, ["encrypt", "decrypt"], true), ("dir", nil, ["decrypt"], false),
        ("dir", nil, ["wrapKey", "unwrapKey"], false),
    ])
    func `key_ops bind, RFC 7517 §4.3`(alg: String, crv: String?, operations: [String], isAllowed: Bool) {
        var jwk: JSONObject = ["alg": .string(alg), "key_ops": .array(operations.map(JSONValue.string))]
        jwk["crv"] = crv.map(JSONValue.string)
        #expect((KeyManagementAlgorithm.of(jwk) != nil) == isAllowed)
    }

    @Test func `use binds, RFC 7517 §4.2`() {
        #expect(KeyManagementAlgorithm.of(["alg": "dir", "use": "enc"]) == .dir)
        for use in ["sig", "ENC", "", 1, ["enc"]] as [JSONValue] {
            #expect(KeyManagementAlgorithm.of(["alg": "dir", "use": use]) == nil)
        }
        #expect(KeyManagementAlgorithm.of(["alg": "dir", "key_ops": "encrypt decrypt"]) == nil)
    }
}
