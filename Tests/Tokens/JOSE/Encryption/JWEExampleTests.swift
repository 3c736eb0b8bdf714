import Crypto
import TestKit
import Testing

@testable import Tokens

@Suite("The RFCs' own sealed tokens")
struct JWEExampleTests {
    @Test(arguments: ExampleJWE.all)
    func `an example opens, and no longer with one bit changed`(example: ExampleJWE) throws {
        let key = try #require(DecryptionKey(jwk: example.key, for: example.algorithm))
        #expect(try key.open(Credential(example.token)) == Array(ExampleJWE.plaintext.utf8))
        var changed = Array(example.token.utf8)
        changed[changed.count - 3] ^= 1
        #expect(throws: Refusal.decryptionFailed) {
            try key.open(Credential(String(decoding: changed, as: UTF8.self)))
        }
        // With the rows of the library's own table it is not taken, nor is its key.
        #expect(DecryptionKey(jwk: example.key) == nil)
        let keyID = try #require(example.key["kid"])
        for algorithm in KeyManagementAlgorithm.all {
            let ours = DecryptionKey.generate(algorithm).exposeJWK().with("kid", keyID)
            #expect(throws: Refusal.algorithmNotAccepted) {
                try #require(DecryptionKey(jwk: ours)).open(Credential(example.token))
            }
        }
    }

    @Test(arguments: RefusedExampleJWE.all)
    func `an example that is not for us is refused`(example: RefusedExampleJWE) throws {
        for algorithm in KeyManagementAlgorithm.all {
            let jwk = DecryptionKey.generate(algorithm).exposeJWK().with("kid", .string(example.keyID))
            let key = try #require(DecryptionKey(jwk: jwk))
            #expect(throws: example.reason) { try key.open(Credential(example.token)) }
            #expect(try key.open(key.encryptionKey.seal([1])) == [1])
        }
    }

    @Test(arguments: RefusedExampleJWE.all.prefix(3))
    func `RFC 7516's examples are refused with a key id, too`(example: RefusedExampleJWE) throws {
        let parts = example.token.split(separator: ".")
        let header = try JSONReader.readObject(#require(Base64URL.decode(parts[0]))).with("kid", "1")
        let token = ([Base64URL.encode(JSONWriter.bytes(header))] + parts[1...].map(String.init)).joined(separator: ".")
        for algorithm in KeyManagementAlgorithm.all {
            let key = try #require(DecryptionKey(jwk: DecryptionKey.generate(algorithm).exposeJWK().with("kid", "1")))
            #expect(throws: Refusal.algorithmNotAccepted) { try key.open(Credential(token)) }
        }
    }

    @Test func `the content of RFC 7520 §5.2 opens under its content key`() throws {
        let example = try #require(RefusedExampleJWE.all.first { $0.testDescription.contains("§5.2") })
        let contentKey = try #require(Base64URL.decode("mYMfsggkTAm0TbvtlFh2hyoXnbEzJQjMxmgLN3d8xXA"))
        let jwe = try UnopenedJWE(Array(example.token.utf8))
        #expect(try jwe.plaintext(under: SymmetricKey(data: contentKey)) == Array(ExampleJWE.plaintext.utf8))
        #expect(throws: Refusal.decryptionFailed) { try jwe.plaintext(under: SymmetricKey(size: .bits256)) }
    }

    @Test func `the wrapped key of RFC 3394 §4.6 unwraps`() throws {
        let secret = Array(0..<32 as Range<UInt8>)
        let jwk: JSONObject = ["kty": "oct", "alg": "A256KW", "kid": "1", "k": .string(Base64URL.encode(secret))]
        let key = try #require(DecryptionKey(jwk: jwk))
        let forged = try ForgedJWE(for: key).with {
            $0.contentKey = SymmetricKey(data: (0..<16).map { $0 * 0x11 } + (0..<16 as Range<UInt8>))
            $0.encryptedKey = [
                0x28, 0xC9, 0xF4, 0x04, 0xC4, 0xB8, 0x10, 0xF4, 0xCB, 0xCC, 0xB3, 0x5C, 0xFB, 0x87, 0xF8, 0x26, 0x3F,
                0x57,
                0x86, 0xE2, 0xD8, 0x0E, 0xD3, 0x26, 0xCB, 0xC7, 0xF0, 0xE7, 0x1A, 0x99, 0xF4, 0x3B, 0xFB, 0x98, 0x8B,
                0x9B,
                0x7A, 0x02, 0xDD, 0x21,
            ]
        }
        #expect(try key.open(forged.token()) == forged.plaintext)
        #expect(throws: Refusal.decryptionFailed) {
            try key.open(forged.with { $0.encryptedKey[39] ^= 1 }.token())
        }
    }
}
