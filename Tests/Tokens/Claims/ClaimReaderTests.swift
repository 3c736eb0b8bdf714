import TestKit
import Testing

@testable import Tokens

@Suite("Claims by their type, RFC 7519 §4.1")
struct ClaimReaderTests {
    private func reader(_ name: String, _ value: JSONValue) throws -> ClaimReader {
        try ClaimReader(payload: JSONWriter.bytes([name: value] as JSONObject))
    }

    @Test(
        arguments: [
            "1800000000", .decimal("1e9"), .decimal("1800000000.0"), .decimal("1800000000.5"), -1, 253_402_300_800,
            true, .null,
            [1_800_000_000], .decimal("9223372036854775808"),
        ] as [JSONValue]
    )
    func `a date is a whole number of seconds before the year 10000`(wrong: JSONValue) throws {
        for right: Int64 in [0, 1_800_000_000, 253_402_300_799] {
            #expect(try reader("exp", .integer(right)).date("exp") == NumericDate(right))
        }
        #expect(throws: Refusal.claimMalformed) { try reader("exp", wrong).date("exp") }
        #expect(throws: Refusal.claimMissing) { try reader("iat", wrong).date("exp") }
    }

    @Test func `one audience, as text or as an array of one`() throws {
        #expect(try reader("aud", "a").audience() == "a")
        #expect(try reader("aud", ["a"]).audience() == "a")
        for wrong in [["a", "b"], ["a", "a"], [], [1], "", [""], 1, .null, ["aud": "a"], [["a"]]] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try reader("aud", wrong).audience() }
        }
    }

    @Test func `a confirmation that we cannot check refuses the token, RFC 7800 §3.1`() throws {
        let thumbprint = CertificateThumbprint(ofDER: [1])
        let text = JSONValue.string(thumbprint.text)
        #expect(try reader("cnf", ["x5t#S256": text]).confirmation() == .certificate(thumbprint))
        let key = try #require(KeyThumbprint(reading: thumbprint.text))
        #expect(try reader("cnf", ["jkt": text]).confirmation() == .key(key))
        #expect(try reader("none", 1).confirmation() == nil)
        let unsupported: [JSONValue] = [
            ["x5t#S256": text, "jkt": text], ["jkt": "short"], ["jkt": 1], ["jwk": [:]], [:], .null, text,
            ["x5t#S256": "short"],
            ["x5t#S256": .string(thumbprint.text + "=")], ["x5t#S256": 1],
        ]
        for confirmation in unsupported {
            #expect(throws: Refusal.confirmationUnsupported) { try reader("cnf", confirmation).confirmation() }
        }
    }

    @Test func `a scope is its text, and empty where there is none`() throws {
        #expect(try reader("scope", "b a").scope() == ["a", "b"])
        #expect(try reader("none", 1).scope() == [])
        for wrong in ["a  b", "", ["a"], 1] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try reader("scope", wrong).scope() }
        }
    }
}
