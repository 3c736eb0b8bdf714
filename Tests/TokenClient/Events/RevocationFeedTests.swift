import TestKit
import Testing
import TokenClient
import Tokens

@Suite("Revocations by polling, RFC 8936", .timeLimit(.minutes(5)))
struct RevocationFeedTests {
    @Test func `what was revoked before the start is in the index when the feed has caught up`() async throws {
        let scene = try FeedScene()
        for number in 1...100 { try scene.issuer.revoke(.session("session-\(number)")) }
        #expect(scene.ageSeconds == nil)
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 0)
        #expect((1...100).allSatisfy { scene.isRevoked(.session("session-\($0)")) })
        #expect(!scene.isRevoked(.session("session-101")))
        #expect(scene.feed.eventsApplied == 100)
    }

    @Test func `each poll asks for what fits, at once, and acknowledges what came before`() async throws {
        let scene = try FeedScene()
        let ids = try (1...80).map { try scene.issuer.revoke(.session("session-\($0)")) }
        await scene.feed.catchUp()
        await scene.feed.catchUp()
        #expect(
            scene.issuer.polls == [
                EventPollRequest(eventsMax: 64, isImmediate: true),
                EventPollRequest(eventsMax: 64, isImmediate: true, acknowledged: Array(ids.prefix(64))),
                EventPollRequest(eventsMax: 64, isImmediate: true, acknowledged: Array(ids.suffix(16))),
            ]
        )
        #expect(scene.issuer.madeStreams == [["delivery": ["method": "urn:ietf:rfc:8936"]]])
        let poll = try #require(scene.sender.requests.last { $0.isPoll })
        #expect(poll.header("authorization")?.hasPrefix("Bearer token-") == true)
        // Longer than the issuer lets us wait.
        #expect(poll.timeoutSeconds == 20)
    }

    @Test func `half a backlog is not enough`() async throws {
        let scene = try FeedScene()
        for number in 1...80 { try scene.issuer.revoke(.session("session-\(number)")) }
        scene.wire { [issuer = scene.issuer] in $0.isPoll && issuer.polls.count == 1 ? .unreachable : nil }
        await scene.feed.catchUp()
        #expect(scene.isRevoked(.session("session-1")))
        #expect(scene.ageSeconds == nil)
        scene.wire { _ in nil }
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 0)
        #expect(scene.feed.eventsApplied == 80)
    }

    @Test func `what is known is as old as the question, not as its answer`() async throws {
        let scene = try FeedScene()
        scene.wire { [clock = scene.clock] in
            if $0.isPoll { clock.advance(bySeconds: 10) }
            return nil
        }
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 10)
    }

    @Test func `nothing is lost when an answer is`() async throws {
        let scene = try FeedScene()
        await scene.feed.catchUp()
        let id = try scene.issuer.revoke(.subject("user-alice"))
        scene.wire { [issuer = scene.issuer] in
            guard $0.isPoll else { return nil }
            _ = issuer.answer($0)
            return .unreachable
        }
        await scene.feed.catchUp()
        #expect(!scene.isRevoked(.subject("user-alice")))
        scene.wire { _ in nil }
        await scene.feed.catchUp()
        #expect(scene.isRevoked(.subject("user-alice")))
        #expect(scene.issuer.polls.last?.acknowledged == [])
        await scene.feed.catchUp()
        #expect(scene.issuer.polls.last?.acknowledged == [id])
    }

    @Test func `an acknowledgement without an answer is said again`() async throws {
        let scene = try FeedScene()
        let id = try scene.issuer.revoke(.subject("user-alice"))
        await scene.feed.catchUp()
        scene.wire { $0.isPoll ? .status(503) : nil }
        await scene.feed.catchUp()
        scene.wire { _ in nil }
        await scene.feed.catchUp()
        #expect(scene.issuer.polls.last?.acknowledged == [id])
        await scene.feed.catchUp()
        #expect(scene.issuer.polls.last?.acknowledged == [])
    }

    @Test func `an issuer that has forgotten our acknowledgements is told again, and nothing is applied twice`()
        async throws
    {
        let scene = try FeedScene()
        let id = try scene.issuer.revoke(.token("token-1"))
        for _ in 0..<2 { await scene.feed.catchUp() }
        scene.issuer.forgetAcknowledgements()
        for _ in 0..<2 { await scene.feed.catchUp() }
        #expect(scene.issuer.polls.last?.acknowledged == [id])
        #expect(scene.feed.eventsApplied == 1)
    }

    @Test func `an issuer that has forgotten the stream is asked for another, from the beginning`() async throws {
        let scene = try FeedScene()
        try scene.issuer.revoke(.token("token-1"))
        await scene.feed.catchUp()
        scene.issuer.forgetStreams()
        try scene.issuer.revoke(.token("token-2"))
        scene.clock.advance(bySeconds: 5)
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 5)
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 0)
        #expect(scene.issuer.madeStreams.count == 2)
        #expect(scene.isRevoked(.token("token-2")))
        #expect(scene.feed.eventsApplied == 2)
    }

    @Test func `without room in the index an event is neither acknowledged nor refused, and comes again`() async throws
    {
        let scene = try FeedScene(entriesMax: 1)
        try scene.issuer.revoke(.token("token-1"))
        let second = try scene.issuer.revoke(.token("token-2"), at: House.epoch + 60)
        for _ in 0..<2 { await scene.feed.catchUp() }
        #expect(scene.ageSeconds == nil)
        #expect(scene.issuer.polls.allSatisfy { !$0.acknowledged.contains(second) && $0.errors.isEmpty })
        // The first one dies.
        scene.clock.advance(bySeconds: FeedScene.lifetimeSeconds + Bounds.clockSkewSeconds)
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 0)
        #expect(scene.isRevoked(.token("token-2")))
    }

    @Test func `a client is revoked at the issuers that borrow its name, a session is not`() async throws {
        let scene = try FeedScene(clientIssuers: [House.exchangeIssuer])
        try scene.issuer.revoke(.client("orders-api"), .clientRevoked)
        try scene.issuer.revoke(.session("session-1"))
        await scene.feed.catchUp()
        for issuer in [House.issuer, House.exchangeIssuer] {
            #expect(scene.isRevoked(.client("orders-api"), of: issuer))
        }
        #expect(scene.isRevoked(.session("session-1")))
        #expect(!scene.isRevoked(.session("session-1"), of: House.exchangeIssuer))
    }

    @Test func `when a key is revoked, the issuer's keys are fetched at once`() async throws {
        let page = StubSender(.keys([try SharedKeys.own(.es256)]))
        let scene = try FeedScene(keys: page)
        try scene.issuer.revoke(.token("token-1"), .tokenRevoked)
        await scene.feed.catchUp()
        #expect(page.calls == 0)
        try scene.issuer.revoke(.key("stolen"), .keyRevoked)
        await scene.feed.catchUp()
        #expect(scene.isRevoked(.key("stolen")))
        #expect(page.calls == 1)
    }

    @Test func `an issuer whose clock is ahead has revoked all the same`() async throws {
        let scene = try FeedScene()
        try scene.issuer.revoke(.subject("user-alice"), at: House.epoch + 120)
        await scene.feed.catchUp()
        #expect(scene.isRevoked(.subject("user-alice")))
    }
}
