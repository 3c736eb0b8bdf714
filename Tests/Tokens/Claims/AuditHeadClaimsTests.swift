import TestKit
import Testing

@testable import Tokens

@Suite("Audit head claims")
struct AuditHeadClaimsTests {
    private let form = ClaimsForm(
        payload: [
            "iss": "orders-api", "aud": "audit", "iat": 1_800_000_000, "first": 1, "seq": 12,
            "hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "closed": false,
        ]
    ) { try AuditHeadClaims(reading: $0) }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.auditHeadClaims()
        try form.repeats(claims, as: claims.payload)
    }

    @Test(arguments: ["iss", "aud", "iat", "first", "seq", "hash"])
    func `each claim must be there, as what it is`(name: String) { form.requires(name) }

    @Test(
        arguments: [("first", 0), ("first", 14), ("seq", -1), ("hash", "AAAA"), ("hash", "text"), ("closed", 1)]
            as [(String, JSONValue)]
    )
    func `what counts nothing is no head`(name: String, value: JSONValue) {
        #expect(throws: Never.self) { try form.read(form.payload) }
        #expect(throws: Never.self) { try form.read(form.payload.with("first", 13)) }
        #expect(throws: Never.self) { try form.read(form.payload.with("closed", true)) }
        #expect(throws: Refusal.claimMalformed) { try form.read(form.payload.with(name, value)) }
        #expect(throws: Refusal.claimMissing) { try form.read(form.payload.without(name)) }
    }
}
