import TestKit
import Testing

@testable import Tokens

@Suite("Client assertion claims, RFC 7523 §3")
struct ClientAssertionClaimsTests {
    private let payload: JSONObject = [
        "iss": "reports", "sub": "reports", "aud": "https://localhost:8440", "exp": 1_800_000_060, "jti": "1",
    ]

    private func read(_ payload: JSONObject) throws -> ClientAssertionClaims {
        try ClientAssertionClaims(reading: ClaimReader(payload: JSONWriter.bytes(payload)))
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.clientAssertionClaims()
        #expect(try read(JSONReader.readObject(JSONWriter.bytes(claims.payload))) == claims)
    }

    @Test func `only the client itself asserts the client`() {
        #expect(throws: Never.self) { try read(payload) }
        #expect(throws: Refusal.clientMismatch) { try read(payload.with("sub", "another")) }
        #expect(throws: Refusal.clientMismatch) { try read(payload.with("iss", "another")) }
    }

    @Test(arguments: ["iss", "sub", "aud", "exp", "jti"])
    func `each required claim must be there`(name: String) {
        #expect(throws: Refusal.claimMissing) { try read(payload.without(name)) }
    }

    @Test func `iat may be missing, and where it stands it is a date`() throws {
        #expect(try read(payload).issuedAt == NumericDate(0))
        #expect(try read(payload.with("iat", 1_800_000_000)).issuedAt == House.epoch)
        #expect(throws: Refusal.claimMalformed) { try read(payload.with("iat", "now")) }
    }
}
