import TestKit
import Testing

@testable import Tokens

@Suite("Security event claims, RFC 8417 §2.2")
struct SecurityEventClaimsTests {
    private let form = ClaimsForm(
        payload: [
            "iss": "https://localhost:8440", "aud": "https://orders.gatehouse.local", "iat": 1_800_000_000, "jti": "1",
            "txn": "t", "toe": 1_799_999_999, "sub_id": ["format": "opaque", "id": "s"],
            "events": ["https://events.example/signed-out": ["sub": "user-alice"]],
        ]
    ) { try SecurityEventClaims(reading: $0) }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.securityEventClaims()
        try form.repeats(claims, as: claims.payload)
    }

    @Test func `the payload, literally`() throws {
        let claims = SecurityEventClaims(
            issuer: "https://localhost:8440",
            audience: "https://orders.gatehouse.local",
            issuedAt: House.epoch,
            tokenID: "1",
            transactionID: "t",
            happenedAt: House.epoch - 1,
            subjectID: ["format": "opaque", "id": "s"],
            events: ["https://events.example/signed-out": ["sub": "user-alice"]]
        )
        #expect(
            JSONWriter.text(claims.payload) == #"""
                {"iss":"https://localhost:8440","aud":"https://orders.gatehouse.local","iat":1800000000,"jti":"1",\#
                "txn":"t","toe":1799999999,"sub_id":{"format":"opaque","id":"s"},"events":{"https://events.example/signed-out":{"sub":"user-alice"}}}
                """#
        )
        #expect(try form.read(form.payload) == claims)
        #expect(claims.confirmation == nil)
    }

    @Test(arguments: ["iss", "aud", "iat", "jti"])
    func `each required claim must be there, as what it is`(name: String) { form.requires(name) }

    @Test(arguments: ["txn", "toe"])
    func `an optional claim may be missing, not malformed`(name: String) { form.allows(name) }

    @Test func `something has happened, and each event says what`() {
        #expect(throws: Refusal.claimMissing) { try form.read(form.payload.without("events")) }
        let wrong: [JSONValue] = [
            .null, [], [:], "https://events.example/signed-out", ["https://events.example/signed-out": .null],
            ["https://events.example/signed-out": "x"], ["": [:]], ["https://events.example/a": [:], "b": 1],
        ]
        for events in wrong {
            #expect(throws: Refusal.claimMalformed) { try form.read(form.payload.with("events", events)) }
        }
        let two: JSONValue = ["https://events.example/a": [:], "https://events.example/b": ["c": 1]]
        #expect(throws: Never.self) { try form.read(form.payload.with("events", two)) }
    }

    @Test func `a fact does not expire, RFC 8417 §4.6`() async throws {
        #expect(try form.read(form.payload).expiry == nil)
        for expiry in [1_900_000_000, .null, "x"] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try form.read(form.payload.with("exp", expiry)) }
        }
        let issuer = TestIssuer(key: try SharedKeys.own(.es256))
        let claims = try form.read(form.payload)
        let validator = TokenValidator<SecurityEventClaims>(
            issuers: [issuer.issuer],
            audience: claims.audience,
            algorithms: [.es256],
            keys: issuer.keys,
            clock: FixedClock(claims.issuedAt + 400_000_000),
            revocations: NothingRevoked(),
            cache: VerifiedTokenCache()
        )
        let token = try issuer.mint(claims)
        for _ in 0..<2 { #expect(try await validator.verify(token).claims == claims) }
    }
}
