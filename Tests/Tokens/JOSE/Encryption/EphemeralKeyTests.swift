import TestKit
import Testing

@testable import Tokens

@Suite("The sender's ephemeral key, RFC 7518 §4.6.1.1")
struct EphemeralKeyTests {
    private static let onCurves = KeyManagementAlgorithm.all.filter { $0.curve != nil }

    @Test(arguments: onCurves)
    func `it is a public key of this curve, and nothing beside`(algorithm: KeyManagementAlgorithm) throws {
        let key = DecryptionKey.generate(algorithm)
        let forged = try ForgedJWE(for: key)
        let sound = try #require(forged.header["epk"]?.object)
        let stranger = DecryptionKey.generate(algorithm.curve == .p256 ? .ecdhES(.x25519) : .ecdhES(.p256))
        let other = try #require(try ForgedJWE(for: stranger).header["epk"])
        func open(_ ephemeralKey: JSONValue?) throws -> [UInt8] {
            try key.open(forged.with { $0.header["epk"] = ephemeralKey }.token())
        }
        #expect(try open(.object(sound)) == forged.plaintext)
        let changed = [
            sound.with("d", "AQAB"), sound.with("k", "AQAB"), sound.with("kid", "1"), sound.with("kty", "oct"),
            sound.with("crv", "P-384"), sound.without("crv"), sound.without("kty"), sound.without("x"),
            sound.with("x", .string(Base64URL.encode([UInt8](repeating: 1, count: 31)))),
            sound.with("x", .string(Base64URL.encode([UInt8](repeating: 1, count: 33)))),
            sound.with("x", .string((sound["x"]?.string ?? "") + "=")), sound.with("x", 1), [:],
        ]
        for epk in changed { #expect(throws: Refusal.tokenMalformed) { try open(.object(epk)) } }
        #expect(throws: Refusal.tokenMalformed) { try open(other) }
        #expect(throws: Refusal.tokenMalformed) { try open(nil) }
    }

    @Test(arguments: onCurves)
    func `who the parties are goes into the key, RFC 7518 §4.6.1.2`(algorithm: KeyManagementAlgorithm) throws {
        let key = DecryptionKey.generate(algorithm)
        let forged = try ForgedJWE(for: key, partyU: Array("Alice".utf8), partyV: Array("Bob".utf8))
        #expect(try key.open(forged.token()) == forged.plaintext)
        for header in [forged.header.with("apu", "Qm9i"), forged.header.without("apv"), forged.header.with("apv", "")] {
            #expect(throws: Refusal.decryptionFailed) { try key.open(forged.with { $0.header = header }.token()) }
        }
        let longest = [UInt8](repeating: 7, count: Bounds.partyBytesMax)
        #expect(throws: Never.self) { try key.open(ForgedJWE(for: key, partyU: longest, partyV: longest).token()) }
        #expect(throws: Refusal.tokenMalformed) { try key.open(ForgedJWE(for: key, partyU: longest + [7]).token()) }
    }
}
