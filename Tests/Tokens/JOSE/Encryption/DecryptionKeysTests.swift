import TestKit
import Testing
import Tokens

@Suite("Nested tokens, RFC 7519 §11.2, and sealed cookies")
struct DecryptionKeysTests {
    @Test(arguments: KeyManagementAlgorithm.all)
    func `a signed token goes in and comes out to be verified`(algorithm: KeyManagementAlgorithm) async throws {
        let issuer = try TestIssuer()
        let signed = try issuer.mint()
        let key = DecryptionKey.generate(algorithm)
        let opened = try key.openNested(key.encryptionKey.sealNested(signed))
        #expect(opened == signed)
        _ = try await issuer.validator().verify(opened)
        // Sealing is not signing: whoever has the public key can seal what nobody signed.
        let forged = try key.openNested(key.encryptionKey.sealNested(issuer.forge(header: "{}", payload: "{}")))
        await #expect(throws: Refusal.tokenMalformed) { try await issuer.validator().verify(forged) }
        // And what is sealed is no signed token.
        let sealed = try key.encryptionKey.sealNested(signed)
        await #expect(throws: Refusal.tokenMalformed) { try await issuer.validator().verify(sealed) }
    }

    @Test(arguments: [
        ("JWT", "JWT", true), ("jwt", "JWT", true), ("application/jwt", "JWT", true), ("Application/JWT", "jwt", true),
        (nil, "JWT", false), ("JWT", nil, false), ("session", "JWT", false), ("session", "session", true),
        ("session", "login", false), ("", nil, false), (nil, nil, true), ("application/application/jwt", "jwt", false),
    ])
    func `what was sealed for one purpose is not opened for another, RFC 7519 §5.2`(
        sealed: String?,
        expected: String?,
        isOpened: Bool
    ) throws {
        let key = DecryptionKey.generate(.dir)
        let token = try key.encryptionKey.seal(Array("a.b.c".utf8), contentType: sealed)
        if isOpened {
            #expect(try key.open(token, contentType: expected) == Array("a.b.c".utf8))
        } else {
            #expect(throws: Refusal.tokenTypeMismatch) { try key.open(token, contentType: expected) }
        }
        if sealed?.lowercased().hasSuffix("jwt") != true {
            #expect(throws: Refusal.tokenTypeMismatch) { try key.openNested(token) }
        }
    }

    @Test func `a token inside is text`() throws {
        let key = DecryptionKey.generate(.dir)
        let text = try key.encryptionKey.seal([0x61], contentType: "JWT")
        #expect(try key.openNested(text) == Credential("a"))
        let bytes = try key.encryptionKey.seal([0xFF], contentType: "JWT")
        #expect(throws: Refusal.tokenMalformed) { try key.openNested(bytes) }
    }

    @Test func `a retired key opens what it sealed until it is gone`() throws {
        let old = DecryptionKey.generate(.dir)
        let new = DecryptionKey.generate(.a256KW)
        let cookie = try DecryptionKeys(current: old).encryptionKey.seal([1], contentType: "session")
        let rotated = DecryptionKeys(current: new, retired: [old])
        #expect(rotated.encryptionKey.keyID == new.keyID)
        #expect(try rotated.open(cookie, contentType: "session") == [1])
        #expect(try rotated.open(rotated.encryptionKey.seal([2])) == [2])
        #expect(throws: Refusal.keyUnknown) { try DecryptionKeys(current: new).open(cookie, contentType: "session") }
    }
}
