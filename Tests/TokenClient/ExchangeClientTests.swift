import Testing
import TokenClient
import Tokens

private struct Scene {
    let actorSender = StubSender(
        .status(200, "{\"access_token\":\"actor.t\",\"token_type\":\"Bearer\",\"expires_in\":300}")
    )
    let sender: StubSender
    let client: ExchangeClient
    let trace = TraceContext()

    init(_ answer: StubSender.Answer) {
        sender = StubSender(answer)
        let source = ServiceTokenSource(
            tokenEndpoint: "https://localhost:8440/oauth2/token",
            clientID: "orders-api",
            resource: "https://exchange.gatehouse.local",
            sender: actorSender,
            clock: FixedClock(noon)
        )
        client = ExchangeClient(
            tokenEndpoint: "https://localhost:8441/oauth2/token",
            actorTokens: source,
            sender: sender
        )
    }

    func exchange() async throws -> TokenResponse {
        try await client.exchange(
            Credential("subject.t"),
            audience: "https://users.gatehouse.local",
            scope: ["users.summary:read", "users.address:read"],
            trace: trace
        )
    }
}

private func granted(_ issuedTokenType: String?) -> StubSender.Answer {
    let member = issuedTokenType.map { ",\"issued_token_type\":\"\($0)\"" } ?? ""
    return .status(
        200,
        "{\"access_token\":\"hop.t\",\"token_type\":\"Bearer\",\"expires_in\":60,\"scope\":\"users.address:read\"\(member)}"
    )
}

@Suite("Token exchange, RFC 8693 §2.1")
struct ExchangeClientTests {
    @Test func `the request is the form of the standard and carries the transaction`() async throws {
        let scene = Scene(granted("urn:ietf:params:oauth:token-type:access_token"))
        let response = try await scene.exchange()
        #expect(response.accessToken.exposed == "hop.t")
        #expect(response.lifetimeSeconds == 60)
        #expect(response.scope == ["users.address:read"])
        let request = scene.sender.requests[0]
        #expect(request.method == "POST")
        #expect(request.url == "https://localhost:8441/oauth2/token")
        #expect(request.header("transaction-id") == scene.trace.transactionID)
        #expect(request.header("content-type") == "application/x-www-form-urlencoded")
        let parameters = request.text.split(separator: "&").map(String.init)
        #expect(
            parameters == [
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange",
                "subject_token=subject.t",
                "subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token",
                "actor_token=actor.t",
                "actor_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token",
                "audience=https%3A%2F%2Fusers.gatehouse.local",
                "scope=users.address%3Aread%20users.summary%3Aread",
            ]
        )
    }

    @Test(arguments: [nil, "urn:ietf:params:oauth:token-type:refresh_token"])
    func `another type of token is not taken`(issuedTokenType: String?) async {
        let scene = Scene(granted(issuedTokenType))
        await #expect(throws: DependencyUnavailable.self) { try await scene.exchange() }
    }

    @Test(arguments: ["invalid_target", "invalid_scope"])
    func `a refusal is named and not retried`(error: String) async {
        let scene = Scene(.status(400, "{\"error\":\"\(error)\"}"))
        await #expect(throws: ExchangeRefused(error: error)) { try await scene.exchange() }
        #expect(scene.sender.calls == 1)
    }

    @Test func `where a token does not do, ours is replaced once, and not again for the next refusal`() async {
        let scene = Scene(.status(400, #"{"error":"invalid_request"}"#))
        for calls in [2, 3] {
            await #expect(throws: ExchangeRefused(error: "invalid_request")) { try await scene.exchange() }
            #expect(scene.sender.calls == calls)
            #expect(scene.actorSender.calls == 2)
        }
    }

    @Test(arguments: [.unreachable, .status(500, "{\"error\":\"server_error\"}")] as [StubSender.Answer])
    func `an exchange that does not answer is an outage and not retried`(answer: StubSender.Answer) async {
        let scene = Scene(answer)
        await #expect(throws: DependencyUnavailable.self) { try await scene.exchange() }
        #expect(scene.sender.calls == 1)
    }

    @Test func `without a token of its own the service does not ask`() async {
        let scene = Scene(granted("urn:ietf:params:oauth:token-type:access_token"))
        scene.actorSender.answer(.status(401, "{\"error\":\"invalid_client\"}"))
        let refused = await #expect(throws: TokenRefused.self) { try await scene.exchange() }
        #expect(refused?.error == "invalid_client")
        #expect(scene.sender.calls == 0)
    }
}
