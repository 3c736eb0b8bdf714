import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import TokenClient
import Tokens

@testable import Gateway
@testable import ServiceKit

/// The gateway over its router, with services behind it that answer out of memory.
struct GatewayUnderTest: Sendable {
    static let settings = [
        "provider.tokenEndpoint": House.providerTokenEndpoint, "trust.provider.issuer": House.issuer,
        "trust.provider.keySet": "\(House.issuer)/oauth2/jwks.json",
        "orders.address": House.ordersAddress, "orders.audience": House.orders,
        "users.address": House.usersAddress, "users.audience": House.users, "limits.requestBytesMax": "1024",
    ]

    let house: TestHouse
    let audit: TestAudit
    let client: any TestClientProtocol
    /// Does at once what the background of the service does: asks the provider for news.
    let hearRevocations: @Sendable () async throws -> Void

    static func run(_ body: @escaping @Sendable (GatewayUnderTest) async throws -> Void) async throws {
        let house = try TestHouse()
        house.network.answer(House.ordersAddress, .json(["service": "orders"]))
        house.network.answer(House.usersAddress, .json(["service": "users"]))
        let audit = TestAudit()
        let service = try assemble(
            Settings(reading: SettingsReader(values: settings)),
            Runtime.test(name: "gateway", clock: house.clock, audit: audit),
            sender: house.network
        )
        let hear = service.clockMoved
        try await hear()
        try await Application(router: service.router).test(.router) { client in
            try await body(GatewayUnderTest(house: house, audit: audit, client: client, hearRevocations: hear))
        }
        await service.shutdown()
    }

    func send(
        _ method: HTTPRequest.Method = .get,
        _ path: String,
        _ token: Credential?,
        _ headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token.exposed)" }
        return try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        )
    }

    /// What reached any service.
    var forwarded: [OutboundRequest] {
        house.network.requests(to: House.ordersAddress) + house.network.requests(to: House.usersAddress)
    }
}
