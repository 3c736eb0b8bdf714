import TestKit
import Testing
import Tokens

@Suite("Article: sealed tokens")
struct SealedTokenArticle {
    @Test func `a signed token is sealed and opened as shown`() async throws {
        let example = try Example()
        let signed = try example.userToken()
        let validator = example.validator(at: "https://orders.example.com")
        // Shown in SealedToken.md
        let recipient = DecryptionKey.generate(.ecdhESWithA256KW(.x25519))
        let sealed = try recipient.encryptionKey.sealNested(signed)  // With the public half alone.
        let opened = try recipient.openNested(sealed)
        let caller = try await validator.verify(opened, from: .unproven)
        // Shown until here
        #expect(caller.claims.subject == "user-alice")
        let names = try Article("SealedToken.md").table("member").map { $0[0] }
        let header = try #require(sealed.exposed.split(separator: ".").first.flatMap { Base64URL.decode($0) })
        #expect(try JSONReader.readObject(header).members.allSatisfy { names.contains($0.name) })
        await #expect(throws: Refusal.tokenMalformed) { try await validator.verify(sealed) }
    }

    @Test func `a cookie is sealed and opened as shown`() throws {
        let lastMonths = DecryptionKey.generate(.a256KW)
        // Shown in SealedToken.md
        let keys = DecryptionKeys(current: .generate(.a256KW), retired: [lastMonths])
        let cookie = try keys.encryptionKey.seal(Array("session-1".utf8), contentType: "browser-session")
        let content = try keys.open(cookie, contentType: "browser-session")
        // Shown until here
        #expect(content == Array("session-1".utf8))
        #expect(throws: Refusal.tokenTypeMismatch) { try keys.openNested(cookie) }
    }
}
