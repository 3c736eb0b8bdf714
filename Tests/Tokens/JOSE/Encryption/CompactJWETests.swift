import Crypto
import TestKit
import Testing

@testable import Tokens

@Suite("Compact form, RFC 7516 §7.1")
struct CompactJWETests {
    private let key = DecryptionKey.generate(.dir)
    private let forged: ForgedJWE

    init() throws { forged = try ForgedJWE(for: key) }

    private static let header = Base64URL.encode(#"{"alg":"dir","enc":"A256GCM","kid":"1"}"#.utf8)

    @Test(arguments: [
        ("four parts", "H...AA"), ("six parts", "H....AA."), ("three parts", "H.AA.AA"), ("one part", "H"),
        ("nothing", ""), ("dots alone", "...."), ("padding", "H..AA==.."), ("a space before", " H...."),
        ("a line break behind", "H....\n"), ("plain base64", "H..+/.."), ("bits left over", "H..AB.."),
        ("a header that is no object", "W10...."), ("a header without members", "e30...."),
    ])
    func `what has not this form is malformed`(form: String, text: String) {
        #expect(throws: Refusal.tokenMalformed) {
            try UnopenedJWE(Array(text.replacing("H", with: Self.header, maxReplacements: 1).utf8))
        }
    }

    @Test func `five parts are taken apart as received`() throws {
        let jwe = try UnopenedJWE(Array("\(Self.header).AA.AAE.AAEC.AAECAw".utf8))
        #expect(jwe.protectedHeader == Array(Self.header.utf8))
        #expect(
            jwe.encryptedKey == [0] && jwe.nonce == [0, 1] && jwe.ciphertext == [0, 1, 2] && jwe.tag == [0, 1, 2, 3]
        )
    }

    @Test func `lengths end at their bounds`() throws {
        let longest = forged.with { $0.plaintext = [UInt8](repeating: 7, count: Bounds.tokenBytesMax) }
        #expect(try key.open(longest.token()) == longest.plaintext)
        #expect(throws: Refusal.tokenTooLarge) { try key.open(longest.with { $0.plaintext.append(7) }.token()) }
        let token = try longest.token().exposed
        let rest = Bounds.sealedTokenBytesMax - token.utf8.count
        #expect(throws: Refusal.tokenMalformed) {
            try key.open(Credential(token + String(repeating: ".", count: rest)))
        }
        #expect(throws: Refusal.tokenTooLarge) {
            try key.open(Credential(token + String(repeating: ".", count: rest + 1)))
        }
        let headed = forged.with { $0.header["x"] = .string(String(repeating: "x", count: 600)) }
        #expect(try key.open(headed.token()) == headed.plaintext)
        #expect(throws: Refusal.tokenMalformed) {
            try key.open(headed.with { $0.header["y"] = .string(String(repeating: "y", count: 100)) }.token())
        }
    }

    @Test(arguments: ["b64", "crit", "jku", "jwk", "p2c", "p2s", "x5c", "x5u", "zip"])
    func `what could steer us is forbidden, what we do not know is not`(name: String) throws {
        #expect(try key.open(forged.with { $0.header["x-" + name] = "DEF" }.token()) == forged.plaintext)
        #expect(throws: Refusal.headerParameterForbidden) {
            try key.open(forged.with { $0.header[name] = "DEF" }.token())
        }
    }

    @Test(arguments: [
        JWKChange("no alg", "alg", nil), JWKChange("no enc", "enc", nil), JWKChange("no kid", "kid", nil),
        JWKChange("alg that is no text", "alg", ["dir"]), JWKChange("enc that is no text", "enc", 1),
        JWKChange("kid that is no text", "kid", 1), JWKChange("typ that is no text", "typ", true),
        JWKChange("cty that is no text", "cty", .null), JWKChange("epk that is no object", "epk", "AA"),
        JWKChange("epk where none belongs", "epk", [:]), JWKChange("apu with bits left over", "apu", "AB"),
        JWKChange("apu that is padded", "apu", "AA=="), JWKChange("apv that is no text", "apv", 1),
        JWKChange("apv over its bound", "apv", .string(Base64URL.encode([UInt8](repeating: 1, count: 129)))),
    ])
    func `a header is read strictly`(change: JWKChange) throws {
        #expect(throws: Never.self) {
            try key.open(forged.with { $0.header["typ"] = "JWT" }.with { $0.header["apu"] = "AA" }.token())
        }
        #expect(throws: Refusal.tokenMalformed) {
            try key.open(forged.with { $0.header = change.made(in: $0.header) }.token())
        }
    }

    @Test func `a member stands once`() throws {
        let token = try forged.token().exposed
        let rest = token.drop { $0 != "." }
        let twice = #"{"alg":"dir","enc":"A256GCM","kid":"\#(key.keyID)","kid":"\#(key.keyID)"}"#
        #expect(throws: Refusal.duplicateMember) { try key.open(Credential(Base64URL.encode(twice.utf8) + rest)) }
    }

    @Test(arguments: KeyManagementAlgorithm.all, KeyManagementAlgorithm.all)
    func `the key decides on the algorithm, RFC 8725 §3.1`(mine: KeyManagementAlgorithm, other: KeyManagementAlgorithm)
        throws
    {
        let key = DecryptionKey.generate(mine)
        let forged = try ForgedJWE(for: key)
        let renamed = try forged.with { $0.header["alg"] = .string(other.name) }.token()
        if mine.name == other.name {
            #expect(try key.open(renamed) == forged.plaintext)
        } else {
            #expect(throws: Refusal.algorithmNotAccepted) { try key.open(renamed) }
        }
        for enc in ["A128GCM", "A256CBC-HS512", "a256gcm", ""] {
            #expect(throws: Refusal.algorithmNotAccepted) {
                try key.open(forged.with { $0.header["enc"] = .string(enc) }.token())
            }
        }
    }

    @Test(arguments: KeyManagementAlgorithm.all)
    func `each part has its one length, RFC 7516 §5.2`(algorithm: KeyManagementAlgorithm) throws {
        let key = DecryptionKey.generate(algorithm)
        let forged = try ForgedJWE(for: key)
        #expect(try key.open(forged.token()) == forged.plaintext)
        let wraps = algorithm.wrappingKeyBytes != nil
        for wrong in wraps ? [[], Array(forged.encryptedKey.dropLast(8)), forged.encryptedKey + [0]] : [[0]] {
            #expect(throws: Refusal.tokenMalformed) { try key.open(forged.with { $0.encryptedKey = wrong }.token()) }
        }
        for nonce in [Array(0..<13), Array(0..<16)] as [[UInt8]] {
            #expect(throws: Refusal.tokenMalformed) { try key.open(forged.with { $0.nonce = nonce }.token()) }
        }
        // The left half of a tag is a valid shorter tag to GCM, and guessed in the square root of the time.
        let parts = try forged.token().exposed.split(separator: ".", omittingEmptySubsequences: false)
        let tag = try #require(Base64URL.decode(parts[4]))
        for wrong in [tag.dropLast(), tag.dropLast(8), tag + [0], []] as [ArraySlice<UInt8>] {
            let token = (parts[..<4] + [Substring(Base64URL.encode(wrong))]).joined(separator: ".")
            #expect(throws: Refusal.tokenMalformed) { try key.open(Credential(token)) }
        }
    }
}
