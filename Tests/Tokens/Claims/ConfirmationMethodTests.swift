import TestKit
import Testing

@testable import Tokens

@Suite("What a token is bound to, RFC 7800 §3.1")
struct ConfirmationTests {
    private let thumbprint = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

    @Test func `a certificate or a key, by its thumbprint`() throws {
        let certificate = try #require(CertificateThumbprint(reading: thumbprint))
        let key = try #require(KeyThumbprint(reading: thumbprint))
        for (confirmation, json) in [
            (.certificate(certificate), ["x5t#S256": .string(thumbprint)]), (.key(key), ["jkt": .string(thumbprint)]),
        ] as [(ConfirmationMethod, JSONObject)] {
            #expect(confirmation.json == .object(json))
            #expect(ConfirmationMethod(reading: json) == confirmation)
            let reader = try ClaimReader(payload: JSONWriter.bytes(["cnf": .object(json)] as JSONObject))
            #expect(try reader.confirmation() == confirmation)
        }
        #expect(ConfirmationMethod.certificate(certificate) != .key(key))
    }

    @Test func `any other method, or two of them, is none`() {
        let text = JSONValue.string(thumbprint)
        #expect(ConfirmationMethod(reading: ["jkt": text]) != nil)
        for other in [
            [:], ["jkt": text, "x5t#S256": text], ["jkt": text, "kid": "1"], ["jwk": [:]], ["jwe": text], ["kid": "1"],
            ["x5t": text], ["x5t#s256": text], ["JKT": text], ["": text], ["jkt": .null], ["jkt": 1], ["jkt": [text]],
            ["jkt": ""], ["jkt": .string(thumbprint + "=")], ["jkt": .string(String(thumbprint.dropLast()))],
            ["jkt": .string(thumbprint + "AA")], ["jkt": .string(" " + thumbprint.dropLast())],
        ] as [JSONObject] {
            #expect(ConfirmationMethod(reading: other) == nil)
        }
    }

    @Test func `a key's thumbprint is its own, whatever it is called`() throws {
        let own = try SharedKeys.own(.es256).verificationKey
        let renamed = try #require(VerificationKey(jwk: own.jwk.with("kid", "another")))
        #expect(KeyThumbprint(of: own) == KeyThumbprint(of: renamed))
        #expect(try KeyThumbprint(of: own) != KeyThumbprint(of: SharedKeys.other(.es256).verificationKey))
        #expect(KeyThumbprint(reading: KeyThumbprint(of: own).text) == KeyThumbprint(of: own))
        for wrong in ["", thumbprint + "=", thumbprint + "A", String(repeating: "!", count: 43)] {
            #expect(KeyThumbprint(reading: wrong) == nil)
        }
    }
}
