import Synchronization
import Testing
import TokenClient
import Tokens

private struct Scene {
    let clock = MovableClock(base: FixedClock(noon))
    let sender: StubSender
    let source: ServiceTokenSource

    /// - Parameter earliest: whether the jitter draws the greatest value it may, or the least.
    init(_ answer: StubSender.Answer, scope: ScopeSet = [], earliest: Bool = false) {
        sender = StubSender(answer)
        source = ServiceTokenSource(
            tokenEndpoint: "https://localhost:8440/oauth2/token",
            clientID: "orders-api",
            resource: "https://exchange.gatehouse.local",
            scope: scope,
            sender: sender,
            clock: clock,
            jitter: { earliest ? $0.upperBound : $0.lowerBound }
        )
    }

    func token() async throws -> String { try await source.token().exposed }
}

extension StubSender.Answer {
    fileprivate static func token(_ text: String) -> Self {
        .status(200, "{\"access_token\":\"\(text)\",\"token_type\":\"Bearer\",\"expires_in\":300}")
    }
}

@Suite("Service tokens, RFC 6749 §4.4.2", .timeLimit(.minutes(5)))
struct ServiceTokenSourceTests {
    @Test func `the request is a form without any secret`() async throws {
        let scene = Scene(.token("first"))
        #expect(try await scene.token() == "first")
        let request = scene.sender.requests[0]
        #expect(request.method == "POST")
        #expect(request.url == "https://localhost:8440/oauth2/token")
        #expect(request.header("content-type") == "application/x-www-form-urlencoded")
        #expect(request.header("authorization") == nil)
        let form = "grant_type=client_credentials&client_id=orders-api&resource=https%3A%2F%2Fexchange.gatehouse.local"
        #expect(request.text == form)
    }

    @Test func `a scope is asked for where the token shall allow something`() async throws {
        let scene = Scene(.token("first"), scope: ["exchange.events:receive"])
        #expect(try await scene.token() == "first")
        #expect(scene.sender.requests[0].text.hasSuffix(".gatehouse.local&scope=exchange.events%3Areceive"))
    }

    @Test func `a token that its audience does not take is dropped, and no other`() async throws {
        let scene = Scene(.token("first"))
        #expect(try await scene.token() == "first")
        scene.sender.answer(.token("second"))
        scene.source.invalidate(Credential("another"))
        #expect(try await scene.token() == "first")
        scene.source.invalidate(Credential("first"))
        #expect(try await scene.token() == "second")
        // Said late, by somebody who tried with the old one: the new one stays.
        scene.source.invalidate(Credential("first"))
        #expect(try await scene.token() == "second")
        #expect(scene.sender.calls == 2)
    }

    @Test func `a hundred callers share one token`() async throws {
        let scene = Scene(.token("first"))
        scene.sender.hold()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await scene.token() } }
            await scene.sender.called(times: 1)
            scene.sender.release()
            for try await token in group { #expect(token == "first") }
        }
        #expect(scene.sender.calls == 1)
    }

    @Test(arguments: [(false, 240), (true, 225)] as [(Bool, Int64)])
    func `a token is renewed in its last fifth, or a little earlier, and nobody waits`(
        earliest: Bool,
        renewedAt: Int64
    ) async throws {
        let scene = Scene(.token("first"), earliest: earliest)
        #expect(try await scene.token() == "first")
        scene.sender.answer(.token("second"))
        scene.clock.advance(bySeconds: renewedAt - 1)
        #expect(try await scene.token() == "first")
        #expect(scene.sender.calls == 1)
        scene.clock.advance(bySeconds: 1)
        scene.sender.hold()
        for _ in 0..<100 { #expect(try await scene.token() == "first") }
        scene.sender.release()
        while try await scene.token() != "second", !Task.isCancelled { await Task.yield() }
        #expect(scene.sender.calls == 2)
    }

    @Test(
        arguments: [.unreachable, .status(500), .status(401, "{\"error\":\"invalid_client\"}")] as [StubSender.Answer]
    )
    func `an old token is used while it is good and the next cannot be had`(failure: StubSender.Answer) async throws {
        let scene = Scene(.token("first"))
        #expect(try await scene.token() == "first")
        scene.sender.answer(failure)
        scene.clock.advance(bySeconds: 240)
        #expect(try await scene.token() == "first")
        await scene.sender.called(times: 2)
        scene.clock.advance(bySeconds: 4)
        for _ in 0..<1_000 {
            #expect(try await scene.token() == "first")
            await Task.yield()
        }
        #expect(scene.sender.calls == 2)
        scene.clock.advance(bySeconds: 55)
        #expect(try await scene.token() == "first")
        scene.clock.advance(bySeconds: 1)
        await #expect(throws: (any Error).self) { try await scene.token() }
        scene.sender.answer(.token("second"))
        #expect(try await scene.token() == "second")
    }

    @Test func `an expired token is waited for`() async throws {
        let scene = Scene(.token("first"))
        #expect(try await scene.token() == "first")
        scene.sender.answer(.token("second"))
        scene.clock.advance(bySeconds: 300)
        #expect(try await scene.token() == "second")
    }

    @Test(arguments: [(400, "invalid_target"), (401, "invalid_client"), (400, "unauthorized_client")])
    func `an OAuth error is named`(status: Int, error: String) async {
        let scene = Scene(.status(status, "{\"error\":\"\(error)\",\"error_description\":\"for people\"}"))
        let refused = await #expect(throws: TokenRefused.self) { try await scene.token() }
        #expect(refused?.error == error)
    }

    @Test(
        arguments: [
            .unreachable, .status(500, "{\"error\":\"server_error\"}"), .status(503), .status(302), .status(200),
            .status(429, "{\"error\":\"too_many_requests\"}"), .status(400), .status(400, "{\"error\":7}"),
            .status(400, "{\"error\":\"line\\nbreak\"}"), .status(400, "{\"error\":\"\"}"), .status(200, "{}"),
            .status(200, "{\"access_token\":\"t\",\"token_type\":\"DPoP\",\"expires_in\":300}"),
            .status(200, "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}"),
            .status(
                200,
                "{\"access_token\":\"t\",\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":300}"
            ),
        ] as [StubSender.Answer]
    )
    func `an answer that is no verdict is an outage`(answer: StubSender.Answer) async {
        let scene = Scene(answer)
        await #expect(throws: DependencyUnavailable.self) { try await scene.token() }
    }
}
