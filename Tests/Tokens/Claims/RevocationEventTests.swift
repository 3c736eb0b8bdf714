import TestKit
import Testing
import Tokens

@Suite("Revocations as security events, RFC 8417 §2, RFC 9493 §3")
struct RevocationEventTests {
    private static let targets: [(RevocationTarget, RevocationEvent.Cause, String)] = [
        (.token("t"), .tokenRevoked, #"{"format":"jwt_id","iss":"https://localhost:8440","jti":"t"}"#),
        (.session("s"), .sessionRevoked, #"{"format":"complex","session":{"format":"opaque","id":"s"}}"#),
        (
            .grant(sessionID: "s", clientID: "c"), .sessionRevoked,
            #"{"format":"complex","session":{"format":"opaque","id":"s"},"application":{"format":"opaque","id":"c"}}"#
        ),
        (.subject("u"), .credentialChange, #"{"format":"iss_sub","iss":"https://localhost:8440","sub":"u"}"#),
        (.subject("u"), .accountDisabled, #"{"format":"iss_sub","iss":"https://localhost:8440","sub":"u"}"#),
        (.client("c"), .clientRevoked, #"{"format":"complex","application":{"format":"opaque","id":"c"}}"#),
        (.client("c"), .tokenClaimsChange, #"{"format":"complex","application":{"format":"opaque","id":"c"}}"#),
        (.key("k"), .keyRevoked, #"{"format":"opaque","id":"k"}"#),
    ]

    private static func claims(
        subjectID: JSONObject?,
        events: JSONObject = [RevocationEvent.Cause.sessionRevoked.rawValue: [:]]
    ) -> SecurityEventClaims {
        SecurityEventClaims(
            issuer: House.issuer,
            audience: "\(House.issuer)/events",
            issuedAt: House.epoch + 5,
            tokenID: "e",
            subjectID: subjectID,
            events: events
        )
    }

    @Test(arguments: targets)
    func `what is revoked stands in sub_id, and is read again`(
        target: RevocationTarget,
        cause: RevocationEvent.Cause,
        subjectID: String
    ) throws {
        let event = RevocationEvent(target, cause, at: House.epoch)
        let claims = event.claims(issuer: House.issuer, audience: "\(House.issuer)/events", tokenID: "e")
        #expect(claims.subjectID.map { JSONWriter.text($0) } == subjectID)
        #expect(claims.events.members.map(\.name) == [cause.rawValue])
        #expect(RevocationEvent(reading: claims) == event)
    }

    @Test func `CAEP's own members are there, and the moment is that of the change`() throws {
        let event = RevocationEvent(.subject("u"), .credentialChange, at: House.epoch)
        let claims = event.claims(issuer: House.issuer, audience: "a", tokenID: "e", transactionID: "t")
        #expect(claims.issuedAt == House.epoch && claims.happenedAt == House.epoch && claims.transactionID == "t")
        let change = #"""
            {"https://schemas.openid.net/secevent/caep/event-type/credential-change":\#
            {"event_timestamp":1800000000,"credential_type":"password","change_type":"update"}}
            """#
        #expect(JSONWriter.text(claims.events) == change)
    }

    @Test func `an issuer speaks of its own tokens and users, of nobody else's`() {
        let own: JSONObject = ["format": "iss_sub", "iss": .string(House.issuer), "sub": "u"]
        #expect(RevocationEvent(reading: Self.claims(subjectID: own))?.target == .subject("u"))
        let foreign = own.with("iss", "https://another.example")
        #expect(RevocationEvent(reading: Self.claims(subjectID: foreign)) == nil)
        let token: JSONObject = ["format": "jwt_id", "iss": "https://another.example", "jti": "t"]
        #expect(RevocationEvent(reading: Self.claims(subjectID: token)) == nil)
    }

    @Test func `where it is not said when it happened, it happened when it was said`() {
        let subject: JSONObject = ["format": "complex", "session": ["format": "opaque", "id": "s"]]
        #expect(RevocationEvent(reading: Self.claims(subjectID: subject))?.moment == House.epoch + 5)
    }

    @Test func `an event of another type, and two events in one, are none of ours`() {
        let subject: JSONObject = ["format": "complex", "session": ["format": "opaque", "id": "s"]]
        #expect(RevocationEvent(reading: Self.claims(subjectID: subject)) != nil)
        let stranger: JSONObject = ["https://events.example/rained": [:]]
        #expect(RevocationEvent(reading: Self.claims(subjectID: subject, events: stranger)) == nil)
        let two = stranger.with(RevocationEvent.Cause.sessionRevoked.rawValue, [:])
        #expect(RevocationEvent(reading: Self.claims(subjectID: subject, events: two)) == nil)
    }

    @Test(
        arguments: [
            nil, [:], ["format": "email", "email": "a@example.com"], ["format": "opaque", "id": "s"],
            ["format": "iss_sub", "iss": .string(House.issuer)], ["format": "iss_sub", "sub": "u"],
            ["format": "iss_sub", "iss": .string(House.issuer), "sub": ""],
            ["format": "iss_sub", "iss": .string(House.issuer), "sub": 1], ["format": "complex"],
            ["format": "complex", "session": "s"], ["format": "complex", "session": ["id": "s"]],
            ["format": "complex", "session": ["format": "opaque", "id": ""]],
            [
                "format": "complex", "session": ["format": "opaque", "id": "s"],
                "device": ["format": "opaque", "id": "d"],
            ],
        ] as [JSONObject?]
    )
    func `whatever else is in sub_id revokes nothing`(subjectID: JSONObject?) {
        #expect(RevocationEvent(reading: Self.claims(subjectID: subjectID)) == nil)
    }

    @Test func `a key is named by a key event only`() {
        let subject: JSONObject = ["format": "opaque", "id": "k"]
        let key = Self.claims(subjectID: subject, events: [RevocationEvent.Cause.keyRevoked.rawValue: [:]])
        #expect(RevocationEvent(reading: key)?.target == .key("k"))
        #expect(RevocationEvent(reading: Self.claims(subjectID: subject)) == nil)
    }
}
