import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing
import TokenClient
import Tokens
import TokensHummingbird

@Suite("Tokens that are bound to a key at orders-api, RFC 9449 §7.1")
struct BoundTokenTests {
    @Test func `the holder of the key gets their orders, once for each proof`() async throws {
        try await OrdersUnderTest.run { orders in
            let headers = try orders.headers(.sound, for: "/orders")
            #expect(try await orders.client.execute(uri: "/orders", method: .get, headers: headers).status == .ok)
            let replayed = try await orders.client.execute(uri: "/orders", method: .get, headers: headers)
            #expect(replayed.status == .unauthorized)
            #expect(
                replayed.headers[.wwwAuthenticate]
                    == #"DPoP error="invalid_dpop_proof", algs="ES256 ES384 Ed25519 PS256""#
            )
        }
    }

    @Test(arguments: BoundRequest.wrong)
    func `one thing wrong: 401, and which proofs would do`(request: BoundRequest) async throws {
        try await OrdersUnderTest.run { orders in
            let headers = try orders.headers(request, for: "/orders")
            let response = try await orders.client.execute(uri: "/orders", method: .get, headers: headers)
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] == request.challenge)
        }
    }

    @Test func `a proof for the host that a request claims is worth nothing`() async throws {
        try await OrdersUnderTest.run { orders in
            var headers = try orders.headers(.anotherService, for: "/orders")
            headers[HTTPField.Name("host")!] = "thief.example"
            let response = try await orders.client.execute(uri: "/orders", method: .get, headers: headers)
            #expect(response.status == .unauthorized)
        }
    }

    @Test func `a bound token is exchanged for the hop, and Users is asked without a proof`() async throws {
        try await OrdersUnderTest.run { orders in
            let url = "\(House.ordersAddress)/orders"
            let (authorization, proofs) = try BoundRequest.sound.fields("POST", url, clock: orders.house.clock) {
                confirmation in
                try orders.house.userToken { $0.confirmation = confirmation }
            }
            let response = try await orders.client.execute(
                uri: "/orders",
                method: .post,
                headers: [.authorization: authorization, .dpop: proofs[0], .contentType: "application/json"],
                body: ByteBuffer(string: #"{"item":"Teapot","quantity":1}"#)
            )
            #expect(response.status == .created)
            let hop = try #require(orders.house.network.requests(to: House.usersAddress).first)
            #expect(hop.headers.contains { $0 == ("authorization", "Bearer exchanged-token") })
            #expect(!hop.headers.contains { $0.0.lowercased() == "dpop" })
        }
    }

    @Test func `an internal route takes the exchanged token as a bearer token, and under no other scheme`() async throws
    {
        try await OrdersUnderTest.run { orders in
            let path = "/internal/users/user-alice/order-count"
            let token = try orders.house.exchangedToken(actor: "users-api") { $0.scope = ["orders.count:read"] }
            #expect(try await orders.get(path, token).status == .ok)
            let proof = try DPoPProofMinter(key: .generate(.es256), clock: orders.house.clock).mint(
                method: "GET",
                url: House.ordersAddress + path,
                accessToken: token
            )
            let headers: HTTPFields = [.authorization: "DPoP \(token.exposed)", .dpop: proof.exposed]
            let response = try await orders.client.execute(uri: path, method: .get, headers: headers)
            #expect(response.status == .unauthorized)
        }
    }
}
