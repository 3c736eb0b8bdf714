import TestKit
import Testing

@testable import Tokens

@Suite("Logout token claims, OpenID Connect Back-Channel Logout §2.4")
struct LogoutTokenClaimsTests {
    private let form = ClaimsForm(
        payload: [
            "iss": "https://localhost:8440", "aud": "client", "iat": 1_800_000_000, "exp": 1_800_000_060, "jti": "1",
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]], "sub": "user-alice", "sid": "s",
        ]
    ) { try LogoutTokenClaims(reading: $0) }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.logoutTokenClaims()
        try form.repeats(claims, as: claims.payload)
    }

    @Test func `the payload, literally`() throws {
        let claims = LogoutTokenClaims(
            issuer: "https://localhost:8440",
            audience: "client",
            issuedAt: House.epoch,
            expiresAt: House.epoch + 60,
            tokenID: "1",
            target: .session("s", ofSubject: "user-alice")
        )
        #expect(
            JSONWriter.text(claims.payload) == #"""
                {"iss":"https://localhost:8440","aud":"client","iat":1800000000,"exp":1800000060,"jti":"1",\#
                "events":{"http://schemas.openid.net/event/backchannel-logout":{}},"sub":"user-alice","sid":"s"}
                """#
        )
        #expect(try form.read(form.payload) == claims)
        #expect(claims.expiry == claims.expiresAt && claims.confirmation == nil)
    }

    @Test(arguments: ["iss", "aud", "iat", "exp", "jti"])
    func `each required claim must be there, as what it is`(name: String) { form.requires(name) }

    @Test func `it says who is logged out, a session or a user`() throws {
        #expect(try form.read(form.payload).target == .session("s", ofSubject: "user-alice"))
        #expect(try form.read(form.payload.without("sub")).target == .session("s", ofSubject: nil))
        #expect(try form.read(form.payload.without("sid")).target == .subject("user-alice"))
        #expect(throws: Refusal.claimMissing) { try form.read(form.payload.without("sid").without("sub")) }
        form.allows("sub")
        form.allows("sid")
    }

    @Test func `it carries the one event`() {
        let event = LogoutTokenClaims.event
        #expect(throws: Refusal.claimMissing) { try form.read(form.payload.without("events")) }
        let others: [JSONValue] = [
            .null, [], [:], .string(event), [event: .null], [event: "x"], [event: []], ["https://another.example": [:]],
            [event + "/": [:]],
        ]
        for events in others {
            #expect(throws: Refusal.claimMalformed) { try form.read(form.payload.with("events", events)) }
        }
        // Others beside it, and members in it, are allowed (OpenID Connect Back-Channel Logout §2.4).
        for events in [[event: ["a": 1]], [event: [:], "https://another.example": [:]]] as [JSONValue] {
            #expect(throws: Never.self) { try form.read(form.payload.with("events", events)) }
        }
    }

    @Test(arguments: ["n", "", .null, 1] as [JSONValue])
    func `with a nonce it could pass for an ID token`(nonce: JSONValue) {
        #expect(throws: Never.self) { try form.read(form.payload) }
        #expect(throws: Refusal.claimMalformed) { try form.read(form.payload.with("nonce", nonce)) }
    }
}
