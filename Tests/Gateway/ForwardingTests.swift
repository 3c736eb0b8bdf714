import HTTPTypes
import HummingbirdTesting
import NIOCore
import ServiceKit
import TestKit
import Testing
import TokenClient
import Tokens
import TokensHummingbird

@Suite("Forwarding")
struct ForwardingTests {
    @Test func `a request reaches its service whole, with what was checked and what is ours`() async throws {
        try await GatewayUnderTest.run { gateway in
            let token = try gateway.house.userToken()
            let strangersID = Credential.random(byteCount: 16).exposed
            let response = try await gateway.send(
                .post,
                "/orders/x/cancel?a=b",
                token,
                [.contentType: "application/json", .transactionID: strangersID, .cookie: "a=b"],
                body: "{}"
            )
            #expect(response.status == .ok)
            let request = try #require(gateway.forwarded.first)
            #expect(request.method == "POST")
            #expect(request.url == "\(House.ordersAddress)/orders/x/cancel?a=b")
            #expect(request.body == Array("{}".utf8))
            let fields = Dictionary(request.headers, uniquingKeysWith: { "\($0), \($1)" })
            #expect(fields.keys.sorted() == ["authorization", "content-type", "traceparent", "transaction-id"])
            #expect(fields["authorization"] == "Bearer \(token.exposed)")
            // Ours, not the stranger's; and the same one that the answer names.
            let transactionID = try #require(fields["transaction-id"])
            #expect(transactionID != strangersID && transactionID == response.headers[.transactionID])
        }
    }

    @Test func `an answer comes back with its status, and without what is internal`() async throws {
        try await GatewayUnderTest.run { gateway in
            let answer = OutboundResponse(
                status: 401,
                headers: [
                    ("Content-Type", "application/problem+json"), ("WWW-Authenticate", "Bearer"),
                    ("Server", "orders/1"),
                    ("transaction-id", "internal"),
                ],
                body: Array("{}".utf8)
            )
            gateway.house.network.answer(House.ordersAddress, .response(answer))
            let response = try await gateway.send(.get, "/orders", gateway.house.userToken())
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] == "Bearer")
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(response.headers[.server] == nil)
            #expect(response.headers[.transactionID] != "internal")
            #expect(String(buffer: response.body) == "{}")
        }
    }

    @Test func `each service gets tokens that are meant for it, and no others`() async throws {
        try await GatewayUnderTest.run { gateway in
            let forOrders = try gateway.house.userToken()
            let forUsers = try gateway.house.userToken { $0.audience = House.users }
            #expect(try await gateway.send(.get, "/orders", forOrders).status == .ok)
            #expect(try await gateway.send(.get, "/users/me", forUsers).status == .ok)
            #expect(gateway.forwarded.count == 2)
            #expect(try await gateway.send(.get, "/orders", forUsers).status == .unauthorized)
            #expect(try await gateway.send(.get, "/users/me", forOrders).status == .unauthorized)
            #expect(gateway.forwarded.count == 2)
        }
    }

    @Test func `nothing is forwarded for a token that is not the user's own and good`() async throws {
        try await GatewayUnderTest.run { gateway in
            let house = gateway.house
            let thumbprint = CertificateThumbprint(ofDER: [1])
            let refused: [(Credential?, HTTPResponse.Status)] = [
                (nil, .unauthorized), (Credential("a.b.c"), .unauthorized),
                (try house.userToken { $0.issuedAt = House.epoch - 611 }, .unauthorized),
                (try TestIssuer().mint(), .unauthorized),
                (try house.exchangedToken(actor: "orders-api"), .unauthorized),
                (try house.userToken { $0.actor = Actor("orders-api") }, .forbidden),
                (try house.userToken { $0.confirmation = .certificate(thumbprint) }, .unauthorized),
            ]
            for (token, status) in refused {
                #expect(try await gateway.send(.get, "/orders", token).status == status)
            }
            #expect(gateway.forwarded.isEmpty)
        }
    }

    @Test func `a token that is bound to a key is refused in either scheme, as any other bad token`() async throws {
        try await GatewayUnderTest.run { gateway in
            for (request, challenge) in [
                (BoundRequest.sound, "Bearer"), (.bearerToken, "Bearer"),
                (.underBearer, #"Bearer error="invalid_token""#),
            ] {
                let url = "https://localhost:8443/orders"
                let (authorization, proofs) = try request.fields("GET", url, clock: gateway.house.clock) {
                    confirmation in
                    try gateway.house.userToken { $0.confirmation = confirmation }
                }
                let headers: HTTPFields = [.authorization: authorization, .dpop: proofs[0]]
                let response = try await gateway.send(.get, "/orders", nil, headers)
                #expect(response.status == .unauthorized)
                #expect(response.headers[.wwwAuthenticate] == challenge)
            }
            #expect(gateway.forwarded.isEmpty)
        }
    }

    @Test func `a proof that comes with a bearer token goes no further`() async throws {
        try await GatewayUnderTest.run { gateway in
            let response = try await gateway.send(.get, "/orders", gateway.house.userToken(), [.dpop: "a.b.c"])
            #expect(response.status == .ok)
            #expect(gateway.forwarded.first?.headers.contains { $0.0 == "dpop" } == false)
        }
    }

    @Test(arguments: [
        ("/internal/users/user-alice/order-count", 404), ("/internal", 404), ("/ops/keys", 404), ("/", 404),
        ("/ordersx", 404),
        ("/Orders", 404), ("/orders/../internal/users/x/order-count", 400), ("/orders/%2e%2e/internal", 400),
        ("//internal", 400),
        ("/orders//internal", 400), ("/users/..%2finternal", 400), ("/%69nternal", 400), ("/orders\\..\\internal", 400),
    ])
    func `no way leads to what is internal`(path: String, status: Int) async throws {
        try await GatewayUnderTest.run { gateway in
            let response = try await gateway.send(.get, path, gateway.house.userToken())
            #expect(response.status.code == status)
            #expect(gateway.forwarded.isEmpty)
        }
    }

    @Test(arguments: [(1_024, 200), (1_025, 413)])
    func `a body is bounded`(bytes: Int, status: Int) async throws {
        try await GatewayUnderTest.run { gateway in
            let body = String(repeating: "x", count: bytes)
            let response = try await gateway.send(.post, "/orders", gateway.house.userToken(), body: body)
            #expect(response.status.code == status)
            #expect(gateway.forwarded.count == (status == 200 ? 1 : 0))
        }
    }

    @Test func `a service that does not answer in time is a 503 that says when to come back`() async throws {
        try await GatewayUnderTest.run { gateway in
            gateway.house.network.answer(House.ordersAddress, .unreachable)
            let response = try await gateway.send(.get, "/orders", gateway.house.userToken())
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "1")
        }
    }

    @Test func `a method that no service has is answered here`() async throws {
        try await GatewayUnderTest.run { gateway in
            let response = try await gateway.send(.trace, "/orders/x", gateway.house.userToken())
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "DELETE, GET, PATCH, POST, PUT")
            #expect(gateway.forwarded.isEmpty)
        }
    }
}
