import TestKit
import Testing
import TokenClient
import Tokens

@Suite("Revocations by push, RFC 8935", .timeLimit(.minutes(5)))
struct PushedStreamTests {
    private let scene: FeedScene

    init() throws { scene = try FeedScene(delivery: .push(to: "\(House.ordersAddress)/events")) }

    private func push(_ target: RevocationTarget, tokenID: String = "event-1") async throws {
        let event = RevocationEvent(target, .sessionRevoked, at: House.epoch)
        let claims = event.claims(issuer: House.issuer, audience: scene.issuer.audience, tokenID: tokenID)
        try await scene.feed.receive(scene.issuer.signer.mint(claims))
    }

    private func beat(_ streamID: String = "stream-1", at moment: NumericDate = House.epoch) async throws {
        try await scene.feed.receive(try scene.issuer.heartbeat(of: streamID, at: moment))
    }

    @Test func `the issuer is told where to send, and what it sends is known`() async throws {
        await scene.feed.catchUp()
        let delivery: JSONValue = [
            "method": "urn:ietf:rfc:8935", "endpoint_url": "https://localhost:8442/events",
        ]
        #expect(scene.issuer.madeStreams == [["delivery": delivery]])
        for _ in 0..<2 { try await push(.session("session-1")) }
        #expect(scene.isRevoked(.session("session-1")))
        #expect(scene.feed.eventsApplied == 1)
        #expect(scene.ageSeconds == nil)
        try await beat()
        #expect(scene.ageSeconds == 0)
    }

    @Test func `before there is a stream everything has to come again`() async throws {
        await #expect(throws: DependencyUnavailable.self) { try await push(.session("session-1")) }
        await scene.feed.catchUp()
        try await push(.session("session-1"))
    }

    @Test func `a stream from before our start says nothing of what we know now`() async throws {
        await scene.feed.catchUp()
        try await beat("stream-of-yesterday")
        #expect(scene.ageSeconds == nil)
        try await beat("stream-1")
        #expect(scene.ageSeconds == 0)
    }

    @Test func `a heartbeat that is played again makes nothing younger, and none is from the future`() async throws {
        await scene.feed.catchUp()
        try await beat(at: House.epoch)
        scene.clock.advance(bySeconds: 50)
        try await beat(at: House.epoch)
        #expect(scene.ageSeconds == 50)
        try await beat(at: House.epoch + 1_000)
        #expect(scene.ageSeconds == 0)
        scene.clock.advance(bySeconds: 50)
        #expect(scene.ageSeconds == 50)
    }

    @Test func `an issuer that is silent for more than three heartbeats is asked for a new stream`() async throws {
        await scene.feed.catchUp()
        scene.clock.advance(bySeconds: 20)
        try await push(.session("session-1"))
        scene.clock.advance(bySeconds: 30)
        await scene.feed.catchUp()
        #expect(scene.issuer.madeStreams.count == 1)
        scene.clock.advance(bySeconds: 1)
        await scene.feed.catchUp()
        #expect(scene.issuer.madeStreams.count == 2)
        try await beat("stream-2", at: scene.clock.now())
        #expect(scene.ageSeconds == 0)
    }

    @Test func `it looks every ten seconds whether the issuer is silent`() async throws {
        scene.pauses.end(after: 3)
        try await scene.feed.run()
        #expect(scene.pauses.all == [.seconds(10), .seconds(10), .seconds(10)])
        #expect(scene.issuer.madeStreams.count == 1)
    }

    @Test func `what is no event of the issuer is refused`() async throws {
        await scene.feed.catchUp()
        let refused = await #expect(throws: EventRefused.self) { try await scene.feed.receive(Credential("garbage")) }
        #expect(refused?.code == .invalidRequest)
        try await push(.session("session-1"))
    }

    @Test func `a feed that polls takes nothing that is sent to it`() async throws {
        let polling = try FeedScene()
        await polling.feed.catchUp()
        let heartbeat = try polling.issuer.heartbeat(of: "stream-1", at: House.epoch)
        await #expect(throws: DependencyUnavailable.self) { try await polling.feed.receive(heartbeat) }
    }
}
