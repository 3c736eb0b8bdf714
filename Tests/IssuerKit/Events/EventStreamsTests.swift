import Logging
import Storage
import Testing
import Tokens

@testable import IssuerKit

@Suite("Streams of security events, RFC 8936 §2")
struct EventStreamsTests {
    @Test func `a new stream begins with all that is kept, in its order`() async throws {
        let house = try await Receivers()
        let tokenIDs = try await house.record(3)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        let answer = try await house.poll(stream)
        #expect(answer.tokenIDs == tokenIDs)
        #expect(!answer.isMoreAvailable)
        for (tokenID, token) in answer.events {
            let claims = try await house.scratch.validator(house.ring).verify(token, from: .unproven).claims
            #expect(claims.tokenID == tokenID)
        }
    }

    @Test func `what is not acknowledged comes again, and what is does not`() async throws {
        let house = try await Receivers()
        let tokenIDs = try await house.record(2)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        #expect(try await house.poll(stream).tokenIDs == tokenIDs)
        #expect(try await house.poll(stream).tokenIDs == tokenIDs)
        #expect(try await house.poll(stream, acknowledging: tokenIDs).tokenIDs == [])
        #expect(try await house.poll(stream).tokenIDs == [])
    }

    @Test func `acknowledgements count in whatever order, and of what was handed out alone`() async throws {
        let house = try await Receivers()
        let tokenIDs = try await house.record(4)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        // Nothing has been handed out so far.
        #expect(try await house.poll(stream, acknowledging: tokenIDs).tokenIDs == tokenIDs)
        #expect(try await house.poll(stream, acknowledging: [tokenIDs[2], "another"]).tokenIDs == tokenIDs.without(2))
        #expect(
            try await house.poll(stream, acknowledging: [tokenIDs[2], tokenIDs[0]]).tokenIDs == [
                tokenIDs[1], tokenIDs[3],
            ]
        )
        let later = try await house.record(1)
        #expect(try await house.poll(stream, acknowledging: [tokenIDs[1]]).tokenIDs == [tokenIDs[3]] + later)
        #expect(house.streams[stream.id]?.acknowledged == 3)
    }

    @Test func `a refused event counts as delivered and is counted, RFC 8936 §2.6`() async throws {
        let house = try await Receivers()
        let tokenIDs = try await house.record(2)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        _ = try await house.poll(stream)
        let request = EventPollRequest(isImmediate: true, errors: [(tokenIDs[0], "invalid_key"), ("another", "jti")])
        let answer = try await house.poll(stream, request)
        #expect(answer.tokenIDs == [tokenIDs[1]])
        #expect(house.streams[stream.id]?.refusedCount == 1)
    }

    @Test func `a receiver takes as few as it likes, and may only acknowledge, RFC 8936 §2.4.2`() async throws {
        let house = try await Receivers()
        let tokenIDs = try await house.record(3)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        let two = try await house.poll(stream, EventPollRequest(eventsMax: 2))
        #expect(two.tokenIDs == Array(tokenIDs.prefix(2)) && two.isMoreAvailable)
        for tokenID in two.tokenIDs {
            let none = try await house.poll(stream, EventPollRequest(eventsMax: 0, acknowledged: [tokenID]))
            #expect(none.tokenIDs == [] && none.isMoreAvailable)
        }
        let last = try await house.poll(stream, EventPollRequest(eventsMax: 1))
        #expect(last.tokenIDs == [tokenIDs[2]] && !last.isMoreAvailable)
        let nothingLeft = try await house.poll(stream, EventPollRequest(eventsMax: 0, acknowledged: last.tokenIDs))
        #expect(nothingLeft.tokenIDs == [] && !nothingLeft.isMoreAvailable, "answered at once though it may wait")
    }

    @Test func `an answer has 64 events at most, and the next one goes on behind them`() async throws {
        let house = try await Receivers()
        let tokenIDs = try await house.record(130)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        var received: [String] = []
        var sizes: [Int] = []
        repeat {
            let answer = try await house.poll(stream, acknowledging: received.suffix(64))
            received += answer.tokenIDs
            sizes.append(answer.events.count)
            #expect(answer.isMoreAvailable == (received.count < 130))
        } while sizes.last != 0
        #expect(received == tokenIDs)
        #expect(sizes == [64, 64, 2, 0])
    }

    @Test func `an answer stays within what a receiver reads, however long its events are`() async throws {
        let house = try await Receivers()
        let scratch = house.scratch
        for number in 0..<20 {
            try await scratch.record(.session("\(number)" + String(repeating: "x", count: 4_000)), house.events)
        }
        let stream = try await house.streams.make(for: "orders-api", .poll)
        let document = try await house.streams.poll(stream.id, by: "orders-api", EventPollRequest(isImmediate: true))
        #expect(document.count <= Bounds.documentBytesMax)
        let answer = try #require(EventPollResponse(reading: try JSONReader.readObject(document)))
        #expect((5..<20).contains(answer.events.count))
        #expect(answer.isMoreAvailable)
    }

    @Test func `a stream is nobody's but its client's`() async throws {
        let house = try await Receivers()
        let tokenIDs = try await house.record(1)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        _ = try await house.poll(stream)
        for (id, client) in [(stream.id, "users-api"), ("another", "orders-api")] {
            await #expect(throws: Refusal.resourceNotFound) {
                try await house.streams.poll(
                    id,
                    by: client,
                    EventPollRequest(isImmediate: true, acknowledged: tokenIDs)
                )
            }
        }
        #expect(house.streams[stream.id]?.acknowledged == 0)
        #expect(try await house.poll(stream).tokenIDs == tokenIDs)
    }

    @Test func `a restart goes on behind what was acknowledged`() async throws {
        var house = try await Receivers()
        let tokenIDs = try await house.record(3)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        _ = try await house.poll(stream, EventPollRequest(eventsMax: 2))
        _ = try await house.poll(stream, acknowledging: Array(tokenIDs.prefix(2)))
        try await house.streams.flush()
        _ = try await house.poll(stream, acknowledging: [tokenIDs[2]])
        // A kill: the last acknowledgement was not written down.
        house = try await house.restarted()
        #expect(try await house.poll(stream).tokenIDs == [tokenIDs[2]])
        _ = try await house.poll(stream, acknowledging: [tokenIDs[2]])
        try await house.streams.flush()
        house = try await house.restarted()
        #expect(try await house.poll(stream).tokenIDs == [])
    }

    @Test func `a stream goes on behind events that are no more`() async throws {
        let house = try await Receivers()
        let stream = try await house.streams.make(for: "orders-api", .poll)
        _ = try await house.record(70)
        for _ in 0..<2 {
            house.scratch.clock.advance(bySeconds: 600)
            _ = try await house.poll(stream)
            try await house.events.clean()
        }
        let tokenIDs = try await house.record(2)
        #expect(try await house.poll(stream).tokenIDs == tokenIDs)
        #expect(try await house.poll(stream, acknowledging: [tokenIDs[0]]).tokenIDs == [tokenIDs[1]])
    }

    @Test func `a stream on which nobody is heard is removed when it has nothing left to go on from`() async throws {
        var house = try await Receivers()
        let (dead, alive) = (
            try await house.streams.make(for: "orders-api", .poll),
            try await house.streams.make(for: "users-api", .poll)
        )
        house.scratch.clock.advance(bySeconds: 400)
        _ = try await house.poll(alive)
        house.scratch.clock.advance(bySeconds: 281)
        try await house.streams.removeDead()
        try await house.streams.flush()
        for _ in 0..<2 {
            #expect(house.streams[dead.id] == nil)
            #expect(house.streams[alive.id] != nil)
            house = try await house.restarted()
        }
    }

    @Test func `of one client's streams the one goes that was heard longest ago, and others keep theirs`() async throws
    {
        let house = try await Receivers()
        let other = try await house.streams.make(for: "users-api", .poll)
        house.scratch.clock.advance(bySeconds: 1)
        let first = try await house.streams.make(for: "orders-api", .poll)
        house.scratch.clock.advance(bySeconds: 1)
        for _ in 1..<EventStreams.perClientMax { _ = try await house.streams.make(for: "orders-api", .poll) }
        #expect(house.streams[first.id] != nil)
        house.scratch.clock.advance(bySeconds: 1)
        _ = try await house.streams.make(for: "orders-api", .poll)
        #expect(house.streams[first.id] == nil)
        #expect(house.streams[other.id] != nil)
        #expect(house.streams.all.count == EventStreams.perClientMax + 1)
    }
}

extension [String] {
    fileprivate func without(_ index: Int) -> [String] { enumerated().filter { $0.offset != index }.map(\.element) }
}
