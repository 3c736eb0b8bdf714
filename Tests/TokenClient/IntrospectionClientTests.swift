import TestKit
import Testing
import TokenClient
import Tokens

@Suite("Asking the issuer about a token, RFC 7662 §2")
struct IntrospectionClientTests {
    private let house: TestHouse
    private let client: IntrospectionClient
    private let trace = TraceContext()

    init() throws {
        house = try TestHouse()
        client = IntrospectionClient(url: House.introspectionEndpoint, clientID: "orders-api", sender: house.network)
    }

    private func roles(_ answer: TestNetwork.Answer, of token: Credential? = nil) async throws -> Set<String> {
        house.network.answer(House.introspectionEndpoint, answer)
        let token = try token ?? house.userToken()
        let verified = try await house.provider.validator(clock: house.clock).verify(token)
        return try await client.roles(ofUserOf: verified, trace: trace)
    }

    @Test func `it asks as itself, in the transaction of its request, and is told the roles of this moment`()
        async throws
    {
        let answer: JSONObject = ["active": true, "sub": "user-alice", "roles": ["admin", "auditor"]]
        let token = try house.userToken()
        #expect(try await roles(.json(answer), of: token) == ["admin", "auditor"])
        let request = try #require(house.network.requests(to: House.introspectionEndpoint).first)
        let form = try FormParameters(reading: request.body ?? [])
        #expect(request.method == "POST" && form.optional("client_id") == "orders-api")
        #expect(form.optional("token") == token.exposed)
        #expect(request.headers.contains { $0 == ("traceparent", trace.traceparent) })
    }

    @Test func `an account without roles has none, which is not the same as not being told`() async throws {
        #expect(try await roles(.json(["active": true, "sub": "user-alice", "roles": []])) == [])
        await #expect(throws: UnexpectedAnswer.self) { try await roles(.json(["active": true, "sub": "user-alice"])) }
    }

    @Test func `what is not active is refused, whatever stands beside it, RFC 7662 §2.2`() async throws {
        let answer: JSONObject = ["active": false, "sub": "user-alice", "roles": ["admin"]]
        await #expect(throws: Refusal.tokenInactive) { try await roles(.json(answer)) }
    }

    @Test(arguments: [TestNetwork.Answer.unreachable, .status(408), .status(429), .status(500), .status(503)])
    func `without an answer nobody is let in on an old one`(answer: TestNetwork.Answer) async throws {
        await #expect(throws: DependencyUnavailable.self) { try await roles(answer) }
    }

    @Test(arguments: [
        TestNetwork.Answer.status(401), .status(400), .status(302), .json([:]),
        .json(["active": "true", "sub": "user-alice", "roles": ["admin"]]),
        .json(["active": true, "sub": "user-bob", "roles": ["admin"]]),
        .json(["active": true, "sub": "user-alice", "roles": "admin"]),
        .json(["active": true, "sub": "user-alice", "roles": ["admin", 1]]),
    ])
    func `an answer that an issuer who knows us would not give is a fault`(answer: TestNetwork.Answer) async throws {
        await #expect(throws: UnexpectedAnswer.self) { try await roles(answer) }
    }
}
