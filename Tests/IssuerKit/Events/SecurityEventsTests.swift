import IssuerKit
import Storage
import Testing
import Tokens

@testable import ServiceKit

@Suite("The outbox of security events")
struct SecurityEventsTests {
    private struct Mishap: Error {}

    @Test func `an event is part of the change that it tells of`() async throws {
        let scratch = try await ScratchIssuer()
        let events = try await scratch.events()
        try await scratch.record(.session("kept"), events)
        await #expect(throws: Mishap.self) {
            try await scratch.database.transaction { connection in
                try events.append(.session("taken back"), decision: nil, on: connection)
                throw Mishap()
            }
        }
        #expect(events.index.isRevoked(.session("kept")))
        #expect(!events.index.isRevoked(.session("taken back")))
        #expect(try await scratch.positions() == [1])
        try await scratch.record(.session("next"), events)
        #expect(try await scratch.positions() == [1, 2], "what was taken back leaves no gap")
    }

    @Test(arguments: [
        RevocationEvent(.key("k"), .sessionRevoked, at: ScratchIssuer.begin), .session(""),
    ])
    func `an event that no receiver could read takes the change back`(event: RevocationEvent) async throws {
        let scratch = try await ScratchIssuer()
        let events = try await scratch.events()
        await #expect(throws: UnreadableEvent.self) {
            try await scratch.database.transaction { try events.append(event, decision: nil, on: $0) }
        }
        #expect(try await scratch.positions() == [])
    }

    @Test func `whoever revokes finds it revoked when the answer comes`() async throws {
        let scratch = try await ScratchIssuer()
        let (events, database) = (try await scratch.events(), scratch.database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try await database.transaction { try events.append(.session("\(number)"), decision: nil, on: $0) }
                    #expect(events.index.isRevoked(.session("\(number)")))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await scratch.positions() == Array(1...100))
    }

    @Test func `an issuer is never behind with its own revocations, and knows nothing of others'`() async throws {
        let scratch = try await ScratchIssuer()
        let events = try await scratch.events()
        scratch.clock.advance(bySeconds: 31_536_000)
        try events.index.requireFresh(issuer: ScratchIssuer.issuer, .failClosed)
        #expect(throws: DependencyUnavailable.self) {
            try events.index.requireFresh(issuer: "https://another.example", .failClosed)
        }
    }

    @Test func `a restart brings back what is kept, in the index and in the order`() async throws {
        let scratch = try await ScratchIssuer()
        var events = try await scratch.events()
        let targets: [RevocationTarget] = [
            .token("t"), .session("s"), .grant(sessionID: "s2", clientID: "c2"), .subject("u"), .client("c"), .key("k"),
        ]
        for target in targets { try await scratch.record(target, events) }
        try await scratch.reopen()
        events = try await scratch.events()
        for target in targets { #expect(events.index.isRevoked(.hit(by: target)), "\(target)") }
        #expect(events.index.count == targets.count)
        try await scratch.record(.session("later"), events)
        #expect(try await scratch.positions() == Array(1...7))
    }

    @Test func `an event is kept for as long as any token could live, and its position never comes again`() async throws
    {
        let scratch = try await ScratchIssuer()
        var events = try await scratch.events()
        try await scratch.record(.session("old"), events)
        scratch.clock.advance(bySeconds: 600)
        try await scratch.record(.session("new"), events)
        // 600 s of life, twice the skew, and a minute.
        scratch.clock.advance(bySeconds: 80)
        try await events.clean()
        #expect(try await scratch.positions() == [1, 2])
        scratch.clock.advance(bySeconds: 1)
        try await events.clean()
        #expect(try await scratch.positions() == [2])
        scratch.clock.advance(bySeconds: 10_000)
        try await events.clean()
        #expect(try await scratch.positions() == [])
        try await scratch.reopen()
        events = try await scratch.events()
        try await scratch.record(.session("another"), events)
        #expect(try await scratch.positions() == [3])
    }

    @Test func `a clock that goes back makes no hole among the events that are kept`() async throws {
        let scratch = try await ScratchIssuer()
        let events = try await scratch.events()
        for target in ["1", "2", "3"] { try await scratch.record(.session(target), events) }
        try await scratch.database.transaction { connection in
            try connection.run("UPDATE security_events SET recorded_at = recorded_at - 5000 WHERE position = 2")
        }
        try await events.clean()
        #expect(try await scratch.positions() == [1, 2, 3])
    }

    @Test func `an event is signed with a key that signs nothing else`() async throws {
        let scratch = try await ScratchIssuer()
        let (tokens, ring) = (try await scratch.ring(), try await scratch.eventRing())
        let events = try await scratch.events()
        let decision = DecisionRecorder.test().begin(TraceContext(), parentSpanID: nil)
        try await scratch.database.transaction { connection in
            try events.append(.session("s"), decision: decision, on: connection)
        }
        let set = try await scratch.sets()[0]
        let claims = try await scratch.validator(ring).verify(set, from: .unproven).claims
        #expect(RevocationEvent(reading: claims) == .session("s"))
        #expect(claims.audience == "https://localhost:8440/events")
        #expect(claims.transactionID == decision.transactionID)
        await #expect(throws: Refusal.keyUnknown) { try await scratch.validator(tokens).verify(set, from: .unproven) }
        let forged = try TokenMinter(signingKey: tokens.signingKey).mint(claims)
        await #expect(throws: Refusal.keyUnknown) { try await scratch.validator(ring).verify(forged, from: .unproven) }
    }
}
