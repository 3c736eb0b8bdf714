import Synchronization
import TestKit
import Testing
import TokenClient
import Tokens

@testable import IssuerKit

@Suite("Push of security events, RFC 8935 §2")
struct EventPushTests {
    private static let url = "https://orders.example:8442/events"

    @Test func `each event is posted until it is taken, and only then the next`() async throws {
        let house = try await Receivers()
        let receiver = PushReceiver([.status(202), .status(500), .unreachable, .status(202), .status(202)])
        let tokenIDs = try await house.record(3)
        let stream = try await house.streams.make(for: "orders-api", .push(url: Self.url))
        try await receiver.run(house) { await receiver.untilAsked(5) }
        #expect(receiver.tokenIDs == [tokenIDs[0], tokenIDs[1], tokenIDs[1], tokenIDs[1], tokenIDs[2]])
        #expect(receiver.pauses == [.seconds(1), .seconds(2)])
        #expect(house.streams[stream.id]?.acknowledged == 3)
        let request = try #require(receiver.requests.first)
        #expect(request.url == Self.url && request.method == "POST")
        #expect(request.headers.contains { $0 == ("content-type", "application/secevent+jwt") })
        #expect(request.headers.contains { $0 == ("accept", "application/json") })
        let claims = try await house.scratch.validator(house.ring).verify(
            Credential(String(decoding: request.body ?? [], as: UTF8.self)),
            from: .unproven
        ).claims
        #expect(claims.tokenID == tokenIDs[0])
    }

    @Test func `an event that is refused for good is counted and not sent again, RFC 8935 §2.3`() async throws {
        let house = try await Receivers()
        let receiver = PushReceiver([
            .json(["err": "invalid_audience", "description": "not ours"], status: 400), .status(202),
        ])
        let tokenIDs = try await house.record(2)
        let stream = try await house.streams.make(for: "orders-api", .push(url: Self.url))
        try await receiver.run(house) { await receiver.untilAsked(2) }
        #expect(receiver.tokenIDs == tokenIDs)
        #expect(house.streams[stream.id]?.refusedCount == 1)
        #expect(receiver.pauses == [])
    }

    @Test func `pauses grow to a minute, and begin anew after a success`() async throws {
        let house = try await Receivers()
        let failures = Array(repeating: TestNetwork.Answer.status(503), count: 8)
        let receiver = PushReceiver(failures + [.status(202), .status(503), .status(202)])
        _ = try await house.record(2)
        _ = try await house.streams.make(for: "orders-api", .push(url: Self.url))
        try await receiver.run(house) { await receiver.untilAsked(11) }
        #expect(receiver.pauses == [1, 2, 4, 8, 16, 32, 60, 60, 1].map { .seconds($0) })
    }

    @Test(arguments: [200, 204, 301, 401, 404, 429])
    func `whatever is neither 202 nor 400 is tried again`(status: Int) async throws {
        let house = try await Receivers()
        let receiver = PushReceiver([.status(status), .status(202)])
        let tokenIDs = try await house.record(1)
        _ = try await house.streams.make(for: "orders-api", .push(url: Self.url))
        try await receiver.run(house) { await receiver.untilAsked(2) }
        #expect(receiver.tokenIDs == tokenIDs + tokenIDs)
    }

    @Test func `who has been sent everything is told so, and again every ten seconds, and that revokes nothing`()
        async throws
    {
        let house = try await Receivers()
        let receiver = PushReceiver(Array(repeating: .status(202), count: 5))
        let first = try await house.record(1)
        let stream = try await house.streams.make(for: "orders-api", .push(url: Self.url))
        var second: [String] = []
        try await receiver.run(house) {
            await receiver.untilAsked(2)
            await house.untilWaiting(1)
            for _ in 0..<7 { house.events.feed.tick() }
            second = try await house.record(1)
            await receiver.untilAsked(3)
            await house.untilWaiting(1)
            // The event in between has not put off the next verification.
            for _ in 7..<10 { house.events.feed.tick() }
            await receiver.untilAsked(4)
            await house.untilWaiting(1)
            for _ in 0..<10 { house.events.feed.tick() }
            await receiver.untilAsked(5)
        }
        #expect(receiver.tokenIDs[0] == first[0] && receiver.tokenIDs[2] == second[0])
        #expect(Set(receiver.tokenIDs).count == 5)
        for index in [1, 3, 4] {
            let token = Credential(String(decoding: receiver.requests[index].body ?? [], as: UTF8.self))
            let claims = try await house.scratch.validator(house.ring).verify(token, from: .unproven).claims
            #expect(claims.events == ["https://schemas.openid.net/secevent/ssf/event-type/verification": [:]])
            #expect(claims.subjectID == ["format": "opaque", "id": .string(stream.id)])
            #expect(RevocationEvent(reading: claims) == nil)
        }
        #expect(try await house.scratch.positions() == [1, 2])
    }

    @Test func `a restart goes on with the streams that there are, and a receiver's restart with its newest`()
        async throws
    {
        var house = try await Receivers()
        _ = try await house.streams.make(for: "orders-api", .push(url: Self.url))
        let newest = try await house.streams.make(for: "orders-api", .push(url: Self.url))
        let other = try await house.streams.make(for: "users-api", .push(url: Self.url))
        house = try await house.restarted()
        #expect(Set(house.streams.all.map(\.id)) == [newest.id, other.id])
        let receiver = PushReceiver(Array(repeating: .status(202), count: 4))
        let tokenIDs = try await house.record(1)
        // Each of two clients is sent the event, and told that it was all.
        try await receiver.run(house) { await receiver.untilAsked(4) }
        #expect(receiver.tokenIDs.filter(tokenIDs.contains).count == 2)
    }

    @Test func `a receiver that is away for as long as an event is kept is given up`() async throws {
        let house = try await Receivers()
        let receiver = PushReceiver([.status(202), .status(503), .unreachable])
        _ = try await house.streams.make(for: "orders-api", .push(url: Self.url))
        try await receiver.run(house) {
            await receiver.untilAsked(1)
            _ = try await house.record(1)
            while !house.streams.all.isEmpty { await Task.yield() }
        } pausing: {
            house.scratch.clock.advance(bySeconds: 400)
            try await house.streams.removeDead()
        }
        #expect(receiver.requests.count == 3, "still there after 400 s, gone after 800")
        #expect(house.streams.all.isEmpty)
    }
}

/// A receiver that answers by a script, and a push service that sends to it without ever sleeping.
private final class PushReceiver: HTTPSender {
    private struct State {
        var script: [TestNetwork.Answer]
        var requests: [OutboundRequest] = []
        var pauses: [Duration] = []
    }

    private let state: Mutex<State>

    init(_ script: [TestNetwork.Answer]) { state = Mutex(State(script: script)) }

    var requests: [OutboundRequest] { state.withLock { $0.requests } }
    var pauses: [Duration] { state.withLock { $0.pauses } }
    var tokenIDs: [String] {
        requests.compactMap { request in
            let token = Credential(String(decoding: request.body ?? [], as: UTF8.self))
            return (try? UnverifiedToken.decodeWithoutVerifying(token).payload)?["jti"]?.string
        }
    }

    /// Runs the push service while `body` does.
    ///
    /// - Parameter pausing: what happens in the pause between two tries.
    func run(
        _ house: Receivers,
        _ body: () async throws -> Void,
        pausing: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        let push = EventPush(
            house.events,
            house.streams,
            sender: self,
            logger: Receivers.quiet,
            sleep: { [self] pause in
                state.withLock { $0.pauses.append(pause) }
                try await pausing()
            },
            jitter: { 1 }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await push.run() }
            try await body()
            // What has been answered is dealt with all the same.
            group.cancelAll()
        }
    }

    /// Returns when so many events have been sent; what became of the last one is known when `run` returns.
    func untilAsked(_ count: Int) async {
        while requests.count < count { await Task.yield() }
    }

    /// When the script is at its end nobody answers any more: the sender waits until it is cancelled.
    func send(_ request: OutboundRequest) async throws(DependencyUnavailable) -> OutboundResponse {
        let answer = state.withLock { state -> TestNetwork.Answer? in
            guard !state.script.isEmpty else { return nil }
            state.requests.append(request)
            return state.script.removeFirst()
        }
        switch answer {
        case .response(let response): return response
        case .script(let script): return script(request)
        case .unreachable: throw DependencyUnavailable("nobody listens")
        case nil:
            await EventWaiter().wait()
            throw DependencyUnavailable("the end")
        }
    }
}
