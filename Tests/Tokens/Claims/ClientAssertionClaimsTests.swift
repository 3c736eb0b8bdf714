import TestKit
import Testing

@testable import Tokens

@Suite("Client assertion claims, RFC 7523 §3")
struct ClientAssertionClaimsTests {
    private let form = ClaimsForm(
        payload: [
            "iss": "reports", "sub": "reports", "aud": "https://localhost:8440", "iat": 1_800_000_000,
            "exp": 1_800_000_060, "jti": "1",
        ]
    ) { try ClientAssertionClaims(reading: $0) }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.clientAssertionClaims()
        try form.repeats(claims, as: claims.payload)
    }

    @Test func `the payload, literally`() throws {
        let claims = ClientAssertionClaims(
            clientID: "reports",
            audience: "https://localhost:8440",
            issuedAt: House.epoch,
            expiresAt: House.epoch + 60,
            tokenID: "1"
        )
        #expect(
            JSONWriter.text(claims.payload) == #"""
                {"iss":"reports","sub":"reports","aud":"https://localhost:8440","iat":1800000000,"exp":1800000060,\#
                "jti":"1"}
                """#
        )
        #expect(try form.read(form.payload) == claims)
        #expect(claims.expiry == claims.expiresAt && claims.confirmation == nil)
    }

    @Test(arguments: ["iss", "sub", "aud", "exp", "jti"])
    func `each required claim must be there, as what it is`(name: String) { form.requires(name) }

    @Test func `only the client itself asserts the client`() {
        #expect(throws: Refusal.clientMismatch) { try form.read(form.payload.with("sub", "another")) }
        #expect(throws: Refusal.clientMismatch) { try form.read(form.payload.with("iss", "another")) }
        // Equal to Swift, and not the same client.
        let kelvin = form.payload.with("iss", "K")
        #expect(throws: Never.self) { try form.read(kelvin.with("sub", "K")) }
        #expect(throws: Refusal.clientMismatch) { try form.read(kelvin.with("sub", "\u{212A}")) }
    }

    @Test func `iat may be missing, and where it stands it is a date`() throws {
        #expect(try form.read(form.payload.without("iat")).issuedAt == NumericDate(0))
        #expect(try form.read(form.payload).issuedAt == House.epoch)
        form.allows("iat")
    }
}
