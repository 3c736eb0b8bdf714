import HTTPTypes
import HummingbirdTesting
import ServiceKit
import TestKit
import Testing
import TokenClient
import Tokens

@Suite("POST /orders")
struct CreateOrderTests {
    @Test func `an order goes to the address that Users has for the caller`() async throws {
        try await OrdersUnderTest.run { orders in
            let response = try await orders.post("/orders", orders.token(), #"{"item":"Teapot","quantity":2}"#)
            #expect(response.status == .created)
            let order = try response.document
            let id = try #require(order["id"]?.string)
            #expect(response.headers[.location] == "/orders/\(id)")
            #expect(order["shippingAddress"] == .object(OrdersUnderTest.address))
            #expect(order["placedAt"] == .integer(House.epoch.secondsSinceEpoch))
            #expect(try await orders.get("/orders/\(id)", orders.token()).document == order)
        }
    }

    @Test func `Users is asked with the exchanged token, for the caller and under the same transaction`() async throws {
        try await OrdersUnderTest.run { orders in
            let token = try orders.token()
            let transactionID = try await orders.post("/orders", token, #"{"item":"Teapot","quantity":2}"#)
                .headers[.transactionID]
            let exchange = try #require(orders.house.network.requests(to: House.exchangeTokenEndpoint).first)
            let form = try FormParameters(reading: exchange.body ?? [])
            #expect(form.optional("subject_token") == token.exposed)
            #expect(form.optional("actor_token") == "service-token")
            #expect(form.all("audience") == [House.users])
            #expect(form.optional("scope") == "users.address:read")
            let hop = try #require(orders.house.network.requests(to: House.usersAddress).first)
            #expect(hop.url == "\(House.usersAddress)/internal/users/user-alice/shipping-address")
            #expect(hop.headers.contains { $0 == ("authorization", "Bearer exchanged-token") })
            #expect(hop.headers.contains { $0.0 == "transaction-id" && $0.1 == transactionID })
        }
    }

    @Test(arguments: [
        (#"{"item":"x","quantity":1}"#, 201),
        (#"{"item":"\#(String(repeating: "x", count: 100))","quantity":1000}"#, 201),
        (#"{"item":"","quantity":1}"#, 400), (#"{"item":"\#(String(repeating: "x", count: 101))","quantity":1}"#, 400),
        (#"{"item":"a\u0000b","quantity":1}"#, 400), (#"{"item":"a\nb","quantity":1}"#, 400),
        (#"{"item":7,"quantity":1}"#, 400),
        (#"{"item":"x","quantity":0}"#, 400), (#"{"item":"x","quantity":1001}"#, 400),
        (#"{"item":"x","quantity":-1}"#, 400),
        (#"{"item":"x","quantity":1.0}"#, 400), (#"{"item":"x","quantity":"1"}"#, 400),
        (#"{"item":"x","quantity":1e2}"#, 400),
        (#"{"item":"x"}"#, 400), (#"{"quantity":1}"#, 400), (#"{}"#, 400), (#"[]"#, 400), ("", 400), ("{", 400),
        (#"{"item":"x","quantity":1,"owner":"user-bob"}"#, 400), (#"{"item":"x","quantity":1,"quantity":2}"#, 400),
    ])
    func `a body that is no order is refused before anybody is asked`(body: String, status: Int) async throws {
        try await OrdersUnderTest.run { orders in
            let response = try await orders.post("/orders", orders.token(), body)
            #expect(response.status.code == status)
            let isPlaced = status == 201
            #expect(try await orders.items(orders.token()).count == (isPlaced ? 1 : 0))
            #expect(orders.house.network.requests(to: House.exchangeTokenEndpoint).count == (isPlaced ? 1 : 0))
        }
    }

    @Test func `without an address nothing is ordered, with one it is`() async throws {
        try await OrdersUnderTest.run { orders in
            let (token, network) = (try orders.token(), orders.house.network)
            network.answer(House.usersAddress, .status(404))
            let refused = try await orders.post("/orders", token, #"{"item":"Teapot","quantity":1}"#)
            #expect(refused.status == .conflict)
            #expect(refused.headers[.contentType] == "application/problem+json")
            #expect(try await orders.items(token) == [])
            network.answer(House.usersAddress, .json(OrdersUnderTest.address))
            #expect(try await orders.post("/orders", token, #"{"item":"Teapot","quantity":1}"#).status == .created)
        }
    }

    @Test(arguments: [
        (House.usersAddress, TestNetwork.Answer.unreachable, 503), (House.usersAddress, .status(503), 503),
        (House.usersAddress, .status(500), 503), (House.usersAddress, .status(403), 500),
        (House.usersAddress, .json(["city": "Oxford"]), 500), (House.exchangeTokenEndpoint, .unreachable, 503),
        (House.exchangeTokenEndpoint, .json(["error": "invalid_scope"], status: 400), 403),
        (House.exchangeTokenEndpoint, .json(["error": "invalid_client"], status: 401), 500),
        (House.providerTokenEndpoint, .unreachable, 503),
    ])
    func `nothing is ordered when the hop fails`(address: String, answer: TestNetwork.Answer, status: Int) async throws
    {
        try await OrdersUnderTest.run { orders in
            orders.house.network.answer(address, answer)
            let response = try await orders.post("/orders", orders.token(), #"{"item":"Teapot","quantity":1}"#)
            #expect(response.status.code == status)
            #expect(try await orders.items(orders.token()) == [])
        }
    }
}
