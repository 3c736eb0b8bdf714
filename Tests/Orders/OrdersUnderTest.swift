import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import TokenClient
import Tokens
import TokensHummingbird

@testable import Orders
@testable import ServiceKit

/// orders-api over its router, with its own database, and a Users that answers out of memory.
struct OrdersUnderTest: Sendable {
    static let address: JSONObject = [
        "recipient": "Alice Lidell", "street": "Rabbit Hole 1", "postalCode": "OX1 1DP", "city": "Oxford",
        "country": "GB",
    ]

    let house: TestHouse
    let audit: TestAudit
    let client: any TestClientProtocol
    /// Called after the clock of the house was moved, as the operations listener does: the issuers are asked for news, what is due is
    /// done.
    let clockMoved: @Sendable () async throws -> Void
    /// What `/ready` asks.
    let requireReady: @Sendable () async throws -> Void

    /// - Parameter hasCaughtUp: false for a service that has heard nothing yet of what was revoked.
    static func run(
        hasCaughtUp: Bool = true,
        _ body: @escaping @Sendable (OrdersUnderTest) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in try await run(in: folder, hasCaughtUp: hasCaughtUp, body) }
    }

    /// The same over a folder of the caller's: run twice over one, it is a service that was started again.
    static func run(
        in folder: String,
        hasCaughtUp: Bool = true,
        _ body: @escaping @Sendable (OrdersUnderTest) async throws -> Void
    ) async throws {
        let house = try TestHouse()
        house.network.answer("\(House.usersAddress)/internal/users/user-alice/shipping-address", .json(address))
        house.network.answer("\(House.usersAddress)/internal/users/user-bob/shipping-address", .json(address))
        let audit = TestAudit()
        let service = try await assemble(
            Settings(reading: SettingsReader(values: settings(folder))),
            Runtime.test(name: "orders-api", clock: house.clock, audit: audit),
            sender: house.network
        )
        if hasCaughtUp { try await service.clockMoved() }
        let (moved, ready) = (service.clockMoved, service.readiness)
        try await Application(router: service.router).test(.router) { client in
            try await body(
                OrdersUnderTest(house: house, audit: audit, client: client, clockMoved: moved, requireReady: ready)
            )
        }
        await service.shutdown()
    }

    static func settings(_ folder: String) -> [String: String] {
        let own = [
            "audience": House.orders, "address": House.ordersAddress, "database.file": "\(folder)/orders.sqlite",
            "users.address": House.usersAddress, "users.audience": House.users,
        ]
        return own.merging(House.apiSettings) { own, _ in own }
    }

    /// The token of Alice, or of `subject`, with every scope that a user can have.
    func token(_ subject: String = "user-alice", scope: ScopeSet = ["orders:read", "orders:write"]) throws -> Credential
    {
        try house.userToken {
            $0.subject = subject
            $0.scope = scope
        }
    }

    /// The fields of a request for `path` with a token that is bound to a key.
    func headers(_ request: BoundRequest, for path: String) throws -> HTTPFields {
        let (authorization, proofs) = try request.fields("GET", House.ordersAddress + path, clock: house.clock) {
            confirmation in
            try house.userToken { $0.confirmation = confirmation }
        }
        var headers: HTTPFields = [.authorization: authorization]
        headers[values: .dpop] = proofs
        return headers
    }

    func get(_ path: String, _ token: Credential?) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: headers(token))
    }

    func post(
        _ path: String,
        _ token: Credential?,
        _ body: String = "",
        keys: [String] = []
    ) async throws -> TestResponse {
        var headers = headers(token)
        headers[.contentType] = "application/json"
        headers[values: .idempotencyKey] = keys
        return try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
    }

    /// Places an order and gives its id.
    func place(_ token: Credential, item: String = "Teapot") async throws -> String {
        let response = try await post("/orders", token, #"{"item":"\#(item)","quantity":1}"#)
        return try response.document["id"]?.string ?? "order refused: \(response.status)"
    }

    func items(_ token: Credential, _ query: String = "") async throws -> [String] {
        try await get("/orders\(query)", token).document["orders"]?.array?.compactMap { $0.object?["item"]?.string }
            ?? []
    }

    private func headers(_ token: Credential?) -> HTTPFields {
        token.map { [.authorization: "Bearer \($0.exposed)"] } ?? [:]
    }
}

extension TestResponse {
    var document: JSONObject {
        get throws { try JSONReader.readObject(Array(buffer: body)) }
    }
}
