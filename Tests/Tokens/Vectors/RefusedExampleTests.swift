import TestKit
import Testing

@testable import Tokens

@Suite("Examples of RFC 7515 A and E, RFC 7520 §3 and §4, RFC 7797 §4, RFC 8037 A, RFC 9964 A that are not ours")
struct RefusedExampleTests {
    /// Of ID tokens, whose `typ` may be missing: what is left to refuse is the example itself.
    private func refusals(_ text: String) async throws -> [Refusal] {
        let validator = TokenValidator<IDTokenClaims>(
            issuers: ["joe"],
            audience: "nobody",
            algorithms: Algorithm.all,
            keys: FixedKeys(KeySet([]), issuer: "joe"),
            clock: House.clock(),
            revocations: NothingRevoked()
        )
        return try await validator.explain(Credential(text)).compactMap(\.refusal)
    }

    @Test(arguments: RefusedExample.all)
    func `it is refused for its reason`(example: RefusedExample) async throws {
        #expect(try await refusals(example.text) == example.refusals)
        guard let expected = example.refusalsOfNamed else { return }
        var parts = example.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let header = try JSONReader.readObject(try #require(Base64URL.decode(parts[0])))
        parts[0] = Base64URL.encode(JSONWriter.bytes(header.with("kid", "1")))
        #expect(try await refusals(parts.joined(separator: ".")) == expected)
    }

    @Test(
        arguments: [
            ("RFC 7515 A.1: a shared secret", RFC7515.symmetricKey.with("alg", "HS256")),
            ("RFC 7515 A.4: P-521", RFC7515.p521Key.with("alg", "ES512")),
            ("RFC 7520 3.1 and 3.2: P-521", RFC7520.p521Key.with("alg", "ES512")),
            ("RFC 7520 3.5: a shared secret", RFC7520.macKey), ("RFC 7520 3.6: a shared secret", RFC7520.encryptionKey),
            ("RFC 8037 A.6: X25519 agrees on keys, and signs nothing", RFC8037.x25519Key.with("alg", "Ed25519")),
            ("RFC 8037 A.7: X448", RFC8037.x448Key.with("alg", "Ed25519")),
            ("RFC 9964 A.1: ML-DSA-44", RFC9964.mlDSA65.privateJWK.with("alg", "ML-DSA-44")),
            ("RFC 9964 A.1: ML-DSA-87", RFC9964.mlDSA65.privateJWK.with("alg", "ML-DSA-87")),
        ] as [(String, JSONObject)]
    )
    func `a key of another kind verifies nothing and signs nothing`(section: String, jwk: JSONObject) {
        let named = jwk.with("kid", "1")
        for name in ["ES256", "ES384", "Ed25519", "PS256", "RS256", "ML-DSA-65", jwk["alg"]?.string ?? ""]
        where name != "ML-DSA-65" || jwk["kty"] != "AKP" {
            let posing = named.with("alg", .string(name))
            #expect(VerificationKey(jwk: posing.without("d").without("k").without("priv")) == nil)
            #expect(throws: UnsoundKey.self) { try SigningKey(privateJWK: posing) }
        }
    }

    @Test func `RFC 7520 6: sealed for an RSA key it is refused, sealed for one of ours it opens`() throws {
        let key = DecryptionKey.generate(.ecdhES(.p256))
        // {"alg":"RSA-OAEP","cty":"JWT","enc":"A128GCM"}, with and without a key id; nothing behind it is looked at.
        let header: JSONObject = ["alg": "RSA-OAEP", "cty": "JWT", "enc": "A128GCM"]
        for (header, refusal) in [
            (header, Refusal.tokenMalformed), (header.with("kid", .string(key.keyID)), .algorithmNotAccepted),
        ] {
            let token = Credential(
                "\(Base64URL.encode(JSONWriter.bytes(header))).AAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"
            )
            #expect(throws: refusal) { try key.openNested(token) }
        }
        let signed = RFC7520.nested.token
        #expect(try key.openNested(key.encryptionKey.sealNested(signed)) == signed)
    }
}
