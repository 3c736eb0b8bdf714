import Storage
import Testing
import Tokens

@testable import IssuerKit

@Suite("The feed of security events")
struct EventFeedTests {
    @Test func `what is not in memory comes out of the database`() async throws {
        let house = try await Receivers()
        _ = try await house.record(5)
        let feed = EventFeed(after: 5, database: house.scratch.database)
        _ = try await house.record(2)
        #expect(try await feed.page(after: 2).entries.map(\.position) == [3, 4, 5, 6, 7])
        #expect(try await house.events.feed.page(after: 2).entries.map(\.position) == [3, 4, 5, 6, 7])
        #expect(try await feed.event(after: 0)?.position == 1)
        #expect(try await house.events.feed.event(after: 7) == nil)
    }

    @Test func `two processes with one database tell each other's events, in one order`() async throws {
        let scratch = try await ScratchIssuer()
        let (one, other) = (try await Receivers(scratch), try await Receivers(scratch))
        let stream = try await one.streams.make(for: "orders-api", .poll)
        try await scratch.record(.session("of one"), one.events)
        try await scratch.record(.session("of the other"), other.events)
        try await scratch.record(.session("of one again"), one.events)
        #expect(one.events.index.isRevoked(.session("of one again")), "its own at once")
        #expect(!one.events.index.isRevoked(.session("of the other")))
        #expect(try await one.poll(stream).events.count == 1, "the third waits for the second")
        for receivers in [one, other] {
            try await receivers.events.catchUp()
            #expect(receivers.events.feed.lastPosition == 3)
            for session in ["of one", "of the other", "of one again"] {
                #expect(receivers.events.index.isRevoked(.session(session)))
            }
        }
        #expect(try await one.poll(stream).events.count == 3)
    }

    @Test func `with too many events kept the next revocation is refused, and nothing is revoked`() async throws {
        let house = try await Receivers()
        _ = try await house.record(1)
        func move(to position: Int64) async throws {
            try await house.scratch.database.transaction { connection in
                try connection.run("UPDATE last_security_event SET position = $1", [position])
            }
        }
        try await move(to: SecurityEvents.countMax - 1)
        try await house.scratch.record(.session("the last one"), house.events)
        await #expect(throws: DependencyUnavailable.self) {
            try await house.scratch.record(.session("one too many"), house.events)
        }
        #expect(!house.events.index.isRevoked(.session("one too many")))
    }
}
