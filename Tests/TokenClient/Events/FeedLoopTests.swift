import Synchronization
import TestKit
import Testing
import TokenClient
import Tokens

@Suite("A feed as it runs", .timeLimit(.minutes(5)))
struct FeedLoopTests {
    @Test func `pauses grow up to five seconds, and not all receivers come back at once`() async throws {
        let scene = try FeedScene()
        scene.sender.answer(.unreachable)
        scene.pauses.end(after: 8)
        try await scene.feed.run()
        #expect(
            scene.pauses.all == [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000].map { Duration.milliseconds($0) }
        )
    }

    @Test func `it waits for events once it has caught up, and after a failure asks at once`() async throws {
        let scene = try FeedScene()
        scene.pauses.end(after: 2)
        scene.wire { [issuer = scene.issuer] request in
            // Lost: the third, and from the fifth on all.
            guard request.isPoll, [2, 4].contains(issuer.polls.count) else { return nil }
            _ = issuer.answer(request)
            return .unreachable
        }
        try await scene.feed.run()
        #expect(scene.issuer.polls.map(\.isImmediate) == [true, false, false, true, false])
    }

    @Test func `a token that the issuer does not take is fetched anew, once`() async throws {
        let scene = try FeedScene()
        await scene.feed.catchUp()
        let old = try #require(scene.sender.requests.last?.header("authorization"))
        scene.wire { $0.header("authorization") == old ? .status(401) : nil }
        try scene.issuer.revoke(.token("token-1"))
        await scene.feed.catchUp()
        #expect(scene.isRevoked(.token("token-1")))

        let before = scene.sender.calls
        scene.wire { $0.isPoll ? .status(401) : nil }
        await scene.feed.catchUp()
        #expect(scene.sender.calls == before + 3)  // a poll, a token, a poll
    }

    @Test func `its own token is for the issuer, and for nothing but receiving events`() async throws {
        let scene = try FeedScene()
        await scene.feed.catchUp()
        let request = try #require(scene.sender.requests.first { $0.url == FeedScene.tokenEndpoint })
        let form = try FormParameters(reading: Array(request.text.utf8))
        #expect(form.all("resource") == [House.issuer])
        #expect(form.optional("scope") == "events:receive")
    }
}

/// An answer of the issuer, changed.
private struct Detour: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout JSONObject) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout JSONObject) -> Void) {
        testDescription = name
        self.change = change
    }
}

@Suite("Where a feed may lead", .timeLimit(.minutes(5)))
struct FeedDetourTests {
    @Test(arguments: [
        Detour("keys elsewhere") { $0["jwks_uri"] = "https://stranger.example/events/jwks.json" },
        Detour("streams elsewhere") { $0["configuration_endpoint"] = "https://stranger.example/events/streams" },
        Detour("a longer host") { $0["configuration_endpoint"] = "https://localhost:8440.stranger.example/streams" },
        Detour("a user in front") { $0["configuration_endpoint"] = "https://localhost:8440@stranger.example/streams" },
        Detour("another scheme") { $0["configuration_endpoint"] = "http://localhost:8440/events/streams" },
        Detour("up and out") { $0["configuration_endpoint"] = "https://localhost:8440/../elsewhere" },
        Detour("another issuer") { $0["issuer"] = "https://stranger.example" },
        Detour("no keys") { $0["jwks_uri"] = nil },
    ])
    private func `a configuration that leads to strangers is not followed`(detour: Detour) async throws {
        let scene = try FeedScene()
        var configuration = scene.issuer.configuration
        detour.change(&configuration)
        let changed = StubSender.Answer.document(configuration)
        scene.wire { $0.url.hasSuffix("/ssf-configuration") ? changed : nil }
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == nil)
        #expect(scene.sender.requests.map(\.url) == ["\(House.issuer)/.well-known/ssf-configuration"])
        scene.wire { _ in nil }
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 0)
    }

    @Test(arguments: [
        Detour("polls elsewhere") { $0["delivery"] = ["endpoint_url": "https://stranger.example/poll"] },
        Detour("no place to poll") { $0["delivery"] = nil },
        Detour("for others") { $0["aud"] = "https://somebody.example/events" },
        Detour("of others") { $0["iss"] = "https://stranger.example" },
    ])
    private func `a stream that leads to strangers is not polled`(detour: Detour) async throws {
        let scene = try FeedScene()
        scene.wire { [issuer = scene.issuer] request in
            guard request.url.hasSuffix("/streams") else { return nil }
            var stream = (try? JSONReader.readObject(issuer.answer(request).body)) ?? [:]
            detour.change(&stream)
            return .document(stream, status: 201)
        }
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == nil)
        #expect(scene.sender.requests.allSatisfy { $0.url.hasPrefix("\(House.issuer)/") && !$0.isPoll })
        scene.wire { _ in nil }
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 0)
    }

    @Test(
        arguments: [
            .status(500), .status(302), .status(403), .status(200, ""), .status(200, "[]"),
            .status(200, #"{"sets":[]}"#),
            .status(200, #"{"sets":{"event-1":7}}"#), .status(200, #"{"sets":{},"sets":{}}"#),
        ] as [StubSender.Answer]
    )
    func `an answer that is none is tried again`(answer: StubSender.Answer) async throws {
        let scene = try FeedScene()
        try scene.issuer.revoke(.token("token-1"))
        scene.wire { $0.isPoll ? answer : nil }
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == nil)
        scene.wire { _ in nil }
        await scene.feed.catchUp()
        #expect(scene.ageSeconds == 0)
        #expect(scene.isRevoked(.token("token-1")))
    }
}

extension StubSender.Answer {
    fileprivate static func document(_ document: JSONObject, status: Int = 200) -> Self {
        .success(OutboundResponse(status: status, body: JSONWriter.bytes(document)))
    }
}
