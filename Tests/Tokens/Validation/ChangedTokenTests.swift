import TestKit
import Testing

@testable import Tokens

@Suite("No token can be changed, whatever its kind and its algorithm, RFC 7515 §5.2")
struct ChangedTokenTests {
    /// `body` gets a good token, which is good before and afterwards.
    private func check(
        _ kind: TokenKind,
        _ algorithm: Algorithm,
        _ body: (_ text: [UInt8], _ refuses: ([UInt8], String) async -> Void) async throws -> Void
    ) async throws {
        let sample = try SampleToken(kind, signedBy: SharedKeys.own(algorithm))
        try await sample.verify(sample.token)
        try await body(Array(sample.token.exposed.utf8)) { changed, what in
            let token = Credential(String(decoding: changed, as: UTF8.self))
            let outcome = await Result { try await sample.verify(token) }
            #expect(outcome.refusal != nil, "\(what)")
        }
        try await sample.verify(sample.token)
    }

    /// Where every change can be tried at every place. Without optimisation the others take a millisecond a signature.
    private static func isQuick(_ algorithm: Algorithm) -> Bool { [.es256, .ps256, .rs256].contains(algorithm) }

    /// Every place; of an ML-DSA-65 signature, which is ten times as long as the rest, one in thirty-one.
    private static func places(in text: [UInt8], _ algorithm: Algorithm) -> [Int] {
        text.indices.filter { algorithm != .mlDSA65 || $0 < 500 || $0.isMultiple(of: 31) }
    }

    @Test(arguments: SampleToken.cases)
    func `no byte can be another`(kind: TokenKind, algorithm: Algorithm) async throws {
        var random = SeededGenerator(seed: 1)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let others = Array(0...UInt8.max).filter { !letters.contains($0) }
        try await check(kind, algorithm) { text, refuses in
            for index in Self.places(in: text, algorithm) {
                // A neighbour, any letter, and what is no letter: the first is one bit away, the last reads as nothing.
                let place = letters.firstIndex(of: text[index]) ?? 0
                let bytes = [letters[place ^ 1], random.pick(letters), random.pick(others)]
                for byte in Self.isQuick(algorithm) ? bytes : [bytes[index % 3]] where byte != text[index] {
                    var changed = text
                    changed[index] = byte
                    await refuses(changed, "\(byte) at \(index)")
                }
            }
        }
    }

    @Test(arguments: SampleToken.cases)
    func `no bit of what was encoded can be another`(kind: TokenKind, algorithm: Algorithm) async throws {
        try await check(kind, algorithm) { text, refuses in
            let parts = try text.split(separator: UInt8(ascii: ".")).map { try #require(Base64URL.decode($0)) }
            for part in parts.indices {
                for index in Self.places(in: parts[part], algorithm) {
                    for bit in kind == .accessToken && Self.isQuick(algorithm) ? 0..<8 : index % 8..<index % 8 + 1 {
                        var changed = parts
                        changed[part][index] ^= 1 << UInt8(bit)
                        let encoded = changed.map(Base64URL.encode).joined(separator: ".")
                        await refuses(Array(encoded.utf8), "bit \(bit) of \(index) in part \(part)")
                    }
                }
            }
        }
    }

    @Test(arguments: SampleToken.cases)
    func `it cannot be cut, and nothing can be added`(kind: TokenKind, algorithm: Algorithm) async throws {
        try await check(kind, algorithm) { text, refuses in
            for cut in Self.places(in: text, algorithm) {
                await refuses(Array(text[..<cut]), "the first \(cut)")
                await refuses(Array(text[(cut + 1)...]), "all but the first \(cut + 1)")
                await refuses(Array(text[..<cut] + text[(cut + 1)...]), "without number \(cut)")
            }
            for more in ["A", "AA", "AAA", "AAAA", "=", "==", ".", ".AAAA", " ", "\n", "\0"] {
                await refuses(text + Array(more.utf8), "\(more) behind")
                await refuses(Array(more.utf8) + text, "\(more) before")
            }
        }
    }
}
