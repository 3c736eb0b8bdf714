import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import TokenClient
import Tokens
import TokensHummingbird

@testable import ServiceKit
@testable import Users

/// users-api over its router, with its own database, and an Orders that answers out of memory.
struct UsersUnderTest: Sendable {
    static let address = #"{"recipient":"Alice","street":"Hole 1","postalCode":"OX1","city":"Oxford","country":"GB"}"#

    let house: TestHouse
    let audit: TestAudit
    let client: any TestClientProtocol
    /// Does at once what the background of the service does: asks the issuers for news.
    let hearRevocations: @Sendable () async throws -> Void
    /// What `/ready` asks.
    let requireReady: @Sendable () async throws -> Void

    /// - Parameter hasCaughtUp: false for a service that has heard nothing yet of what was revoked.
    static func run(
        hasCaughtUp: Bool = true,
        _ body: @escaping @Sendable (UsersUnderTest) async throws -> Void
    ) async throws {
        let house = try TestHouse()
        house.network.answer(House.ordersAddress, .json(["orderCount": 3]))
        try await withTemporaryFolder { folder in
            let audit = TestAudit()
            let service = try await assemble(
                Settings(reading: SettingsReader(values: settings(folder))),
                Runtime.test(name: "users-api", clock: house.clock, audit: audit),
                sender: house.network
            )
            if hasCaughtUp { try await service.clockMoved() }
            let (hear, ready) = (service.clockMoved, service.readiness)
            try await Application(router: service.router).test(.router) { client in
                try await body(
                    UsersUnderTest(
                        house: house,
                        audit: audit,
                        client: client,
                        hearRevocations: hear,
                        requireReady: ready
                    )
                )
            }
            await service.shutdown()
        }
    }

    static func settings(_ folder: String) -> [String: String] {
        let own = [
            "audience": House.users, "address": House.usersAddress, "database.file": "\(folder)/users.sqlite",
            "orders.address": House.ordersAddress, "orders.audience": House.orders,
        ]
        return own.merging(House.apiSettings) { own, _ in own }
    }

    /// The token of Alice, or of `subject`, in the user's own hands.
    func token(_ subject: String = "user-alice") throws -> Credential {
        try house.userToken {
            $0.subject = subject
            $0.audience = House.users
            $0.scope = ["profile:read", "profile:write"]
        }
    }

    /// A token on behalf of Alice, or of `subject`, in the hands of `actor`.
    func exchangedToken(
        _ subject: String = "user-alice",
        scope: ScopeSet,
        actor: String = "orders-api"
    ) throws -> Credential {
        try house.exchangedToken(actor: actor) {
            $0.subject = subject
            $0.audience = House.users
            $0.scope = scope
        }
    }

    /// The fields of a request for `path` with a token that is bound to a key.
    func headers(_ request: BoundRequest, for path: String) throws -> HTTPFields {
        let (authorization, proofs) = try request.fields("GET", House.usersAddress + path, clock: house.clock) {
            confirmation in
            try house.userToken {
                $0.audience = House.users
                $0.scope = ["profile:read"]
                $0.confirmation = confirmation
            }
        }
        var headers: HTTPFields = [.authorization: authorization]
        headers[values: .dpop] = proofs
        return headers
    }

    func get(_ path: String, _ token: Credential?) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: headers(token))
    }

    func put(_ path: String, _ token: Credential?, _ body: String) async throws -> TestResponse {
        var headers = headers(token)
        headers[.contentType] = "application/json"
        return try await client.execute(uri: path, method: .put, headers: headers, body: ByteBuffer(string: body))
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
