import TestKit
import Testing

@testable import Tokens

@Suite("Sealing and opening, RFC 7516 §5")
struct SealingTests {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=".utf8)

    @Test(arguments: KeyManagementAlgorithm.all)
    func `what is sealed is opened, whatever its length`(algorithm: KeyManagementAlgorithm) throws {
        var random = SeededGenerator(seed: 7516)
        let key = DecryptionKey.generate(algorithm)
        for length in [0, 1, 15, 16, 17, 4096] + (0..<40).map({ _ in Int.random(in: 0...4096, using: &random) }) {
            let plaintext = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let contentType = random.perhaps(random.text())
            let token = try key.encryptionKey.seal(plaintext, contentType: contentType)
            #expect(try key.open(token, contentType: contentType) == plaintext, "\(length) bytes")
        }
    }

    @Test(arguments: KeyManagementAlgorithm.all)
    func `a token with any one character changed is refused`(algorithm: KeyManagementAlgorithm) throws {
        var random = SeededGenerator(seed: 5)
        let key = DecryptionKey.generate(algorithm)
        let token = Array(try key.encryptionKey.sealNested(Credential("a.b.c")).exposed.utf8)
        #expect(throws: Never.self) { try key.openNested(Credential(String(decoding: token, as: UTF8.self))) }
        var opened: [Int] = []
        for position in token.indices {
            // The neighbour in the alphabet differs in the lowest bits, which only the canonical form is sure of.
            let neighbour = Self.alphabet.firstIndex(of: token[position]).map { Self.alphabet[$0 ^ 1] }
            let others = [neighbour, random.pick(Self.alphabet), UInt8.random(in: 0...255, using: &random)]
            for other in others.compactMap({ $0 }) where other != token[position] {
                var changed = token
                changed[position] = other
                do throws(Refusal) {
                    _ = try key.openNested(Credential(String(decoding: changed, as: UTF8.self)))
                    opened.append(position)
                } catch {}
            }
            for shortened in [token[..<position], token[..<position] + token[(position + 1)...]] {
                if (try? key.openNested(Credential(String(decoding: shortened, as: UTF8.self)))) != nil {
                    opened.append(position)
                }
            }
        }
        #expect(opened == [])
    }

    @Test(arguments: KeyManagementAlgorithm.all)
    func `two tokens of one text have nothing in common but the header`(algorithm: KeyManagementAlgorithm) throws {
        let key = DecryptionKey.generate(algorithm).encryptionKey
        let tokens = try (0..<50).map { _ in try UnopenedJWE(Array(key.seal([1, 2, 3, 4, 5, 6, 7, 8]).exposed.utf8)) }
        #expect(Set(tokens.map(\.nonce)).count == 50)
        #expect(Set(tokens.map(\.ciphertext)).count == 50)
        #expect(Set(tokens.map(\.tag)).count == 50)
        #expect(Set(tokens.map(\.encryptedKey)).count == (algorithm.wrappingKeyBytes == nil ? 1 : 50))
        let ephemeralKeys = tokens.compactMap { $0.header.ephemeralKey?["x"]?.string }
        #expect(Set(ephemeralKeys).count == (algorithm.curve == nil ? 0 : 50))
    }

    @Test(arguments: KeyManagementAlgorithm.all)
    func `whatever cryptography refuses is refused for one reason, RFC 7516 §11.5`(algorithm: KeyManagementAlgorithm)
        throws
    {
        let key = DecryptionKey.generate(algorithm)
        let forged = try ForgedJWE(for: key)
        #expect(try key.open(forged.token()) == forged.plaintext)
        let stranger = try #require(
            DecryptionKey(jwk: DecryptionKey.generate(algorithm).exposeJWK().with("kid", .string(key.keyID)))
        )
        #expect(throws: Refusal.decryptionFailed) { try stranger.open(forged.token()) }
        #expect(throws: Refusal.keyUnknown) { try DecryptionKey.generate(algorithm).open(forged.token()) }

        let parts = try forged.token().exposed.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let otherHeader = Base64URL.encode(JSONWriter.bytes(forged.header.with("typ", "JWT")))
        #expect(throws: Refusal.decryptionFailed) {
            try key.open(Credential(([otherHeader] + parts[1...]).joined(separator: ".")))
        }
        // One bit of the wrapped key, the nonce, the ciphertext, the tag.
        for index in 1...4 {
            guard var bytes = Base64URL.decode(parts[index]), !bytes.isEmpty else { continue }
            bytes[bytes.count / 2] ^= 1
            var changed = parts
            changed[index] = Base64URL.encode(bytes)
            #expect(throws: Refusal.decryptionFailed) { try key.open(Credential(changed.joined(separator: "."))) }
        }
    }

    @Test func `more than a token is not sealed, nor under a header that nobody reads`() throws {
        let key = DecryptionKey.generate(.a256KW)
        let longest = [UInt8](repeating: 7, count: Bounds.tokenBytesMax)
        #expect(try key.open(key.encryptionKey.seal(longest)) == longest)
        #expect(throws: Refusal.tokenTooLarge) { try key.encryptionKey.seal(longest + [7]) }
        let name = String(repeating: "x", count: 600)
        #expect(try key.open(key.encryptionKey.seal([1], contentType: name), contentType: name) == [1])
        #expect(throws: Refusal.tokenTooLarge) { try key.encryptionKey.seal([1], contentType: name + name) }
    }
}
