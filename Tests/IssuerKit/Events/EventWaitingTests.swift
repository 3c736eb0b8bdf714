import ServiceLifecycle
import Testing
import Tokens

@testable import IssuerKit

@Suite("Polls that wait for the next event, RFC 8936 §2.2")
struct EventWaitingTests {
    @Test func `a poll waits for the next event`() async throws {
        let house = try await Receivers()
        let stream = try await house.streams.make(for: "orders-api", .poll)
        async let answer = house.poll(stream, EventPollRequest())
        await house.untilWaiting(1)
        let tokenIDs = try await house.record(1)
        #expect(try await answer.tokenIDs == tokenIDs)
        #expect(house.events.feed.waiting.count == 0)
    }

    @Test func `a poll is answered empty after ten seconds, and not before`() async throws {
        let house = try await Receivers()
        let stream = try await house.streams.make(for: "orders-api", .poll)
        async let answer = house.poll(stream, EventPollRequest())
        await house.untilWaiting(1)
        for _ in 1..<EventFeed.waitTicksMax { house.events.feed.tick() }
        #expect(house.events.feed.waiting.count == 1)
        house.events.feed.tick()
        #expect(try await answer.tokenIDs == [])
    }

    @Test func `a poll that wants to wait no longer is answered at once`() async throws {
        let house = try await Receivers()
        let stream = try await house.streams.make(for: "orders-api", .poll)
        #expect(try await house.poll(stream, EventPollRequest(isImmediate: true)).tokenIDs == [])
    }

    @Test func `of two polls of one stream the later one waits`() async throws {
        let house = try await Receivers()
        let stream = try await house.streams.make(for: "orders-api", .poll)
        async let first = house.poll(stream, EventPollRequest())
        await house.untilWaiting(1)
        async let second = house.poll(stream, EventPollRequest())
        #expect(try await first.tokenIDs == [])
        await house.untilWaiting(1)
        let tokenIDs = try await house.record(1)
        #expect(try await second.tokenIDs == tokenIDs)
    }

    @Test func `whoever hangs up leaves no waiter behind, and misses nothing`() async throws {
        let house = try await Receivers()
        let stream = try await house.streams.make(for: "orders-api", .poll)
        let poll = Task { try await house.poll(stream, EventPollRequest()) }
        await house.untilWaiting(1)
        poll.cancel()
        _ = try await poll.value
        #expect(house.events.feed.waiting.count == 0)
        let tokenIDs = try await house.record(1)
        #expect(try await house.poll(stream).tokenIDs == tokenIDs)
    }

    @Test func `shutting down ends every wait, and lets none begin`() async throws {
        let house = try await Receivers()
        let listener = Polling(house: house, streams: try await house.make(20))
        let group = ServiceGroup(services: [listener], logger: Receivers.quiet)
        async let run: Void = group.run()
        await house.untilWaiting(20)
        await group.triggerGracefulShutdown()
        // Would never return with one poll left.
        try await run
    }

    @Test func `a thousand wait for the price of one page`() async throws {
        let house = try await Receivers()
        let streams = try await house.make(1_000)
        let answers = try await withThrowingTaskGroup(of: [String].self) { group in
            for stream in streams {
                group.addTask { try await house.poll(stream, EventPollRequest()).tokenIDs }
            }
            await house.untilWaiting(1_000)
            let recorded = try await house.record(1)
            return try await group.reduce(into: (recorded, 0)) { if $1 == recorded { $0.1 += 1 } }
        }
        #expect(answers.1 == 1_000)
    }
}

/// Stands for the listener: its handlers poll until they are let go, and once more.
private struct Polling: Service {
    let house: Receivers
    let streams: [EventStream]

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for stream in streams {
                group.addTask {
                    for _ in 0..<2 { _ = try await house.poll(stream, EventPollRequest()) }
                }
            }
            try await group.waitForAll()
        }
    }
}
