import TestKit
import Testing

@testable import Tokens

@Suite("DPoP proof claims, RFC 9449 §4.2")
struct DPoPProofClaimsTests {
    private let form = ClaimsForm(
        payload: [
            "jti": "1", "htm": "GET", "htu": "https://orders.gatehouse.local/orders", "iat": 1_800_000_000,
            "ath": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
        ]
    ) { try DPoPProofClaims(reading: $0) }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.dpopProofClaims()
        try form.repeats(claims, as: claims.payload)
    }

    @Test func `the payload, literally`() throws {
        let claims = DPoPProofClaims(
            proofID: "1",
            method: "GET",
            url: "https://orders.gatehouse.local/orders",
            issuedAt: House.epoch,
            accessToken: Credential("abc")
        )
        #expect(
            JSONWriter.text(claims.payload) == #"""
                {"jti":"1","htm":"GET","htu":"https://orders.gatehouse.local/orders","iat":1800000000,\#
                "ath":"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}
                """#
        )
        #expect(try form.read(form.payload) == claims)
    }

    @Test(arguments: ["jti", "htm", "htu", "iat"])
    func `each required claim must be there, as what it is`(name: String) { form.requires(name) }

    @Test func `ath may be missing, not malformed`() throws {
        form.allows("ath")
        #expect(try form.read(form.payload.without("ath")).accessTokenHash == nil)
    }
}
