import TestKit
import Testing
import TokenClient
import Tokens

@Suite("Asking another service on a user's behalf, RFC 8693 §1.1")
struct OnBehalfOfClientTests {
    private let trace = TraceContext()
    let house: TestHouse
    let client: OnBehalfOfClient

    init() throws {
        house = try TestHouse()
        let actorTokens = ServiceTokenSource(
            tokenEndpoint: House.providerTokenEndpoint,
            clientID: "orders-api",
            resource: House.exchange,
            sender: house.network,
            clock: house.clock
        )
        client = OnBehalfOfClient(
            service: "users-api",
            address: House.usersAddress,
            audience: House.users,
            exchange: ExchangeClient(
                tokenEndpoint: House.exchangeTokenEndpoint,
                actorTokens: actorTokens,
                sender: house.network
            ),
            sender: house.network,
            clock: house.clock
        )
    }

    private func get() async throws -> JSONObject? {
        let caller = try await house.provider.validator(clock: house.clock).verify(house.userToken())
        return try await client.get("/path", scope: ["a:read"], for: caller, trace: trace)
    }

    @Test func `the hop carries the exchanged token and the transaction, and nothing of the user's`() async throws {
        house.network.answer(House.usersAddress, .json(["a": 1]))
        #expect(try await get() == ["a": 1])
        let hop = try #require(house.network.requests(to: House.usersAddress).first)
        #expect(hop.method == "GET")
        #expect(hop.url == "\(House.usersAddress)/path")
        #expect(
            hop.headers.map(\.0).sorted() == ["accept", "authorization", "traceparent", "transaction-id"]
                && hop.headers.contains { $0 == ("authorization", "Bearer exchanged-token") }
                && hop.headers.contains { $0 == ("transaction-id", trace.transactionID) }
        )
    }

    @Test func `404 is an answer: there is none`() async throws {
        house.network.answer(House.usersAddress, .status(404))
        #expect(try await get() == nil)
    }

    @Test(arguments: [TestNetwork.Answer.unreachable, .status(429), .status(500), .status(503)])
    func `a service that does not work is unavailable`(answer: TestNetwork.Answer) async throws {
        house.network.answer(House.usersAddress, answer)
        await #expect(throws: DependencyUnavailable.self) { try await get() }
    }

    @Test(arguments: [201, 302, 400, 401, 403])
    func `what two services of one house should never say to each other is a fault`(status: Int) async throws {
        house.network.answer(House.usersAddress, .status(status))
        let fault = await #expect(throws: UnexpectedAnswer.self) { try await get() }
        #expect(fault == client.unexpected(status))
    }

    @Test(arguments: ["", "[1]", #"{"a":1,"a":2}"#])
    func `a body that is no JSON object is a fault`(body: String) async throws {
        house.network.answer(House.usersAddress, .response(OutboundResponse(status: 200, body: Array(body.utf8))))
        await #expect(throws: client.unexpected()) { try await get() }
    }

    @Test(arguments: ["invalid_scope", "invalid_target", "invalid_request"])
    func `a hop that the user's token does not imply is the caller's 403`(code: String) async throws {
        house.network.answer(House.exchangeTokenEndpoint, .json(["error": .string(code)], status: 400))
        await #expect(throws: Refusal.scopeInsufficient) { try await get() }
        #expect(house.network.requests(to: House.usersAddress).isEmpty)
    }

    @Test func `a token that ends under way is the caller's 401, so that they refresh it`() async throws {
        house.network.answer(House.exchangeTokenEndpoint, .json(["error": "invalid_request"], status: 400))
        house.clock.advance(bySeconds: 589)
        await #expect(throws: Refusal.scopeInsufficient) { try await get() }
        house.clock.advance(bySeconds: 1)
        await #expect(throws: Refusal.tokenExpired) { try await get() }
    }

    @Test(arguments: ["invalid_client", "unauthorized_client", "unsupported_grant_type"])
    func `what the exchange has against this service is our fault, not the caller's`(code: String) async throws {
        house.network.answer(House.exchangeTokenEndpoint, .json(["error": .string(code)], status: 400))
        await #expect(throws: ExchangeRefused(error: code)) { try await get() }
    }
}
