import TestKit
import Testing

@testable import Tokens

@Suite("ID token claims, OpenID Connect Core §2")
struct IDTokenClaimsTests {
    private func read(_ payload: JSONObject) throws -> IDTokenClaims {
        try IDTokenClaims(reading: ClaimReader(payload: JSONWriter.bytes(payload)))
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.idTokenClaims()
        #expect(try read(JSONReader.readObject(JSONWriter.bytes(claims.payload))) == claims)
    }

    @Test(arguments: ["iss", "sub", "aud", "iat", "exp"])
    func `each required claim must be there`(name: String) {
        var random = SeededGenerator(seed: 1)
        let payload = random.idTokenClaims().payload
        #expect(throws: Never.self) { try read(payload) }
        #expect(throws: Refusal.claimMissing) { try read(payload.without(name)) }
    }
}
