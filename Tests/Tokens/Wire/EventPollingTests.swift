import TestKit
import Testing
import Tokens

@Suite("Polling for security events, RFC 8936 §2")
struct EventPollingTests {
    @Test func `a request that is written is read, RFC 8936 §2.2`() throws {
        let request = EventPollRequest(
            eventsMax: 10,
            isImmediate: true,
            acknowledged: ["a", "b"],
            errors: [("c", "invalid_key")]
        )
        let expected =
            #"{"maxEvents":10,"returnImmediately":true,"ack":["a","b"],"setErrs":{"c":{"err":"invalid_key"}}}"#
        #expect(JSONWriter.text(request.document) == expected)
        #expect(try EventPollRequest(reading: request.document) == request)
    }

    @Test func `everything in a request is optional, and a member that we do not know is passed over`() throws {
        let least = EventPollRequest()
        #expect(try EventPollRequest(reading: [:]) == least)
        #expect(try EventPollRequest(reading: ["weather": "rain"]) == least)
        #expect(!least.isImmediate && least.eventsMax == nil)
    }

    @Test(
        arguments: [
            ["maxEvents": "10"], ["maxEvents": -1], ["maxEvents": 4_294_967_296], ["returnImmediately": 1],
            ["ack": "a"], ["ack": [1]], ["setErrs": ["a"]],
        ] as [JSONObject]
    )
    func `a member of another form is refused`(document: JSONObject) {
        #expect(throws: Refusal.bodyMalformed) { try EventPollRequest(reading: document) }
    }

    @Test func `an answer that is written is read, RFC 8936 §2.3`() throws {
        let answer = EventPollResponse(
            events: [("1", Credential("x.y.z")), ("2", Credential("u.v.w"))],
            isMoreAvailable: true
        )
        let expected = #"{"sets":{"1":"x.y.z","2":"u.v.w"},"moreAvailable":true}"#
        #expect(JSONWriter.text(answer.exposedDocument) == expected)
        let read = try #require(EventPollResponse(reading: answer.exposedDocument))
        #expect(read.events.map(\.tokenID) == ["1", "2"] && read.isMoreAvailable)
        #expect(read.events.map(\.token.exposed) == ["x.y.z", "u.v.w"])
    }

    @Test func `nothing new is an answer too; no answer is no answer`() throws {
        #expect(try #require(EventPollResponse(reading: ["sets": [:]])).events.isEmpty)
        for document in [[:], ["sets": []], ["sets": ["1": 1]]] as [JSONObject] {
            #expect(EventPollResponse(reading: document) == nil)
        }
    }
}
