import TestKit
import Testing

@testable import Tokens

@Suite("Signed introspection responses, RFC 9701 §5")
struct IntrospectionResponseClaimsTests {
    private let form = ClaimsForm(
        payload: [
            "iss": "https://localhost:8440", "aud": "https://orders.gatehouse.local", "iat": 1_800_000_000,
            "token_introspection": ["active": true, "sub": "user-alice"],
        ]
    ) { try IntrospectionResponseClaims(reading: $0) }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.introspectionResponseClaims()
        try form.repeats(claims, as: claims.payload)
    }

    @Test func `the payload, literally`() throws {
        let claims = IntrospectionResponseClaims(
            issuer: "https://localhost:8440",
            audience: "https://orders.gatehouse.local",
            issuedAt: House.epoch,
            response: ["active": true, "sub": "user-alice"]
        )
        #expect(
            JSONWriter.text(claims.payload) == #"""
                {"iss":"https://localhost:8440","aud":"https://orders.gatehouse.local","iat":1800000000,\#
                "token_introspection":{"active":true,"sub":"user-alice"}}
                """#
        )
        #expect(try form.read(form.payload) == claims)
        #expect(claims.confirmation == nil)
    }

    @Test(arguments: ["iss", "aud", "iat"])
    func `each required claim must be there, as what it is`(name: String) { form.requires(name) }

    @Test func `the answer says whether, RFC 7662 §2.2`() throws {
        #expect(try form.read(form.payload).isActive)
        #expect(try !form.read(form.payload.with("token_introspection", ["active": false])).isActive)
        #expect(throws: Refusal.claimMissing) { try form.read(form.payload.without("token_introspection")) }
        for wrong in [.null, true, [], [:], ["active": "true"], ["active": 1], ["active": .null]] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try form.read(form.payload.with("token_introspection", wrong)) }
        }
    }

    @Test(arguments: ["sub", "exp"])
    func `with what an access token has it could pass for one`(name: String) {
        for value in ["user-alice", 1_800_000_060, .null] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try form.read(form.payload.with(name, value)) }
        }
    }

    @Test func `it may be acted on for a minute`() async throws {
        let issuer = TestIssuer(key: try SharedKeys.own(.es256))
        let claims = try form.read(form.payload)
        let clock = House.clock()
        let validator = TokenValidator<IntrospectionResponseClaims>(
            issuers: [issuer.issuer],
            audience: claims.audience,
            algorithms: [.es256],
            keys: issuer.keys,
            clock: clock,
            revocations: NothingRevoked()
        )
        let token = try issuer.mint(claims)
        #expect(claims.expiry == claims.issuedAt + IntrospectionResponseClaims.lifetimeSeconds)
        clock.advance(bySeconds: IntrospectionResponseClaims.lifetimeSeconds + Bounds.clockSkewSeconds - 1)
        await #expect(throws: Never.self) { try await validator.verify(token) }
        clock.advance(bySeconds: 1)
        await #expect(throws: Refusal.tokenExpired) { try await validator.verify(token) }
    }
}
