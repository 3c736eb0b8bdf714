import TestKit
import Testing

@testable import Tokens

@Suite("ID token claims, OpenID Connect Core §2")
struct IDTokenClaimsTests {
    private let form = ClaimsForm(
        payload: [
            "iss": "https://localhost:8440", "sub": "user-alice", "aud": "client", "iat": 1_800_000_000,
            "exp": 1_800_000_300, "auth_time": 1_799_999_995, "nonce": "n", "sid": "s",
        ]
    ) { try IDTokenClaims(reading: $0) }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.idTokenClaims()
        try form.repeats(claims, as: claims.payload)
    }

    @Test func `the payload, literally`() throws {
        let claims = IDTokenClaims(
            issuer: "https://localhost:8440",
            subject: "user-alice",
            audience: "client",
            issuedAt: House.epoch,
            expiresAt: House.epoch + 300,
            authenticatedAt: House.epoch - 5,
            nonce: "n",
            sessionID: "s"
        )
        #expect(
            JSONWriter.text(claims.payload) == #"""
                {"iss":"https://localhost:8440","sub":"user-alice","aud":"client","iat":1800000000,"exp":1800000300,\#
                "auth_time":1799999995,"nonce":"n","sid":"s"}
                """#
        )
        #expect(try form.read(form.payload) == claims)
        #expect(claims.expiry == claims.expiresAt && claims.confirmation == nil)
    }

    @Test(arguments: ["iss", "sub", "aud", "iat", "exp"])
    func `each required claim must be there, as what it is`(name: String) { form.requires(name) }

    @Test(arguments: ["auth_time", "nonce", "sid"])
    func `an optional claim may be missing, not malformed`(name: String) { form.allows(name) }
}
