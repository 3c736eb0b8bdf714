import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ServiceKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Operations: clients and users")
struct OperationsTests {
    /// What stands under `/ops` once the operator key has been checked.
    private func operate(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: JSONObject? = nil,
        at provider: TestProvider
    ) async throws -> Answer {
        let router = Router<ServiceContext>.service(.problem)
        let group = router.group("ops")
        ClientOperations(clients: provider.parts.clients).add(to: group)
        UserOperations(accounts: provider.parts.accounts).add(to: group)
        return try await Application(router: router, logger: provider.parts.runtime.logger).test(.router) { client in
            let response = try await client.execute(
                uri: "/ops/\(path)",
                method: method,
                headers: body == nil ? [:] : [.contentType: "application/json"],
                body: body.map { ByteBuffer(bytes: JSONWriter.bytes($0)) }
            )
            return Answer(
                status: response.status.code,
                headers: response.headers,
                text: String(buffer: response.body)
            )
        }
    }

    private static let registration: JSONObject = [
        "client_id": "report-job", "grant_types": ["client_credentials"], "machine_scope": "orders:read",
        "resources": [.string(TestProvider.orders)],
    ]

    private func serviceToken(_ id: String, _ secret: String?, at provider: TestProvider) async throws -> Int {
        try await provider.post(
            "/oauth2/token",
            ["grant_type": "client_credentials"],
            authorization: provider.basic(id, Credential(secret ?? ""))
        ).status
    }

    @Test func `a new client works with the secret that is shown once`() async throws {
        try await TestProvider.run { provider in
            let answer = try await operate(.post, "clients", Self.registration, at: provider)
            #expect(answer.status == 201)
            let secret = try #require(answer.json["client_secret"]?.string)
            #expect(secret.utf8.count == 43)
            #expect(try await serviceToken("report-job", secret, at: provider) == 200)
            let list = try await operate(.get, "clients", at: provider)
            #expect(list.text.contains("report-job") && !list.text.contains(secret) && !list.text.contains("secret\":"))
        }
    }

    @Test func `a rotated secret replaces the old one at once`() async throws {
        try await TestProvider.run { provider in
            let old = try await operate(.post, "clients", Self.registration, at: provider).json["client_secret"]?.string
            let answer = try await operate(.post, "clients/report-job/rotate-secret", at: provider)
            let new = answer.json["client_secret"]?.string
            #expect(answer.status == 200 && new != nil && new != old)
            #expect(try await serviceToken("report-job", old, at: provider) == 401)
            #expect(try await serviceToken("report-job", new, at: provider) == 200)
        }
    }

    @Test(arguments: [("nobody", 404), ("orders-api", 409), ("gatehouse-demo", 409), ("web", 200)])
    func `only a client with a secret can have another`(id: String, status: Int) async throws {
        try await TestProvider.run { provider in
            let answer = try await operate(.post, "clients/\(id)/rotate-secret", at: provider)
            #expect(answer.status == status)
        }
    }

    @Test func `an id that is taken, and a registration that contradicts itself, are refused`() async throws {
        try await TestProvider.run { provider in
            var taken = Self.registration
            taken["client_id"] = "gatehouse-demo"
            let conflict = try await operate(.post, "clients", taken, at: provider)
            #expect(conflict.status == 409)
            var unsound = Self.registration
            unsound["token_endpoint_auth_method"] = "none"
            let answer = try await operate(.post, "clients", unsound, at: provider)
            #expect(answer.status == 400 && answer.error == "invalid_client_metadata")
            #expect(
                answer.json["error_description"] == "grant_types cannot hold client_credentials for a public client"
            )
        }
    }

    @Test func `a client without an id gets one`() async throws {
        try await TestProvider.run { provider in
            var anonymous = Self.registration
            anonymous["client_id"] = nil
            let answer = try await operate(.post, "clients", anonymous, at: provider)
            let id = try #require(answer.json["client_id"]?.string)
            #expect(try await serviceToken(id, answer.json["client_secret"]?.string, at: provider) == 200)
        }
    }

    @Test func `a new user signs in with the chosen password, or with the generated one`() async throws {
        try await TestProvider.run { provider in
            let chosen = try await operate(
                .post,
                "users",
                ["username": "bob", "password": "long enough", "roles": ["admin"], "email": "bob@example.com"],
                at: provider
            )
            #expect(chosen.status == 201 && chosen.json["password"] == nil && chosen.json["roles"] == ["admin"])
            let generated = try await operate(.post, "users", ["username": "carol"], at: provider)
            for (name, password) in [("bob", "long enough"), ("carol", generated.json["password"]?.string ?? "")] {
                let answer = try await provider.post(
                    "/auth/login",
                    json: [
                        "client_id": "gatehouse-demo", "username": .string(name), "password": .string(password),
                    ]
                )
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `a disabled user signs in no more, and an enabled one again`() async throws {
        try await TestProvider.run { provider in
            for (path, status) in [("users/disable", 400), ("users/enable", 200)] {
                let changed = try await operate(.post, path, ["username": "Alice"], at: provider)
                #expect(changed.status == 200)
                let signedIn = try await provider.post(
                    "/auth/login",
                    json: [
                        "client_id": "gatehouse-demo", "username": "alice",
                        "password": .string(TestProvider.password.exposed),
                    ]
                )
                #expect(signedIn.status == status)
            }
        }
    }

    @Test(arguments: ["users/disable", "users/enable"])
    func `nobody is not found, and a body of another form refused`(path: String) async throws {
        try await TestProvider.run { provider in
            for (body, status) in [(["username": "alice"], 200), (["username": "nobody"], 404), (["id": "alice"], 400)]
                as [(JSONObject, Int)]
            {
                let answer = try await operate(.post, path, body, at: provider)
                #expect(answer.status == status)
            }
        }
    }

    @Test(
        arguments: [
            (["username": "alice"], 409), (["username": "ALICE"], 409), ([:], 400),
            (["username": "dave", "password": "short"], 400), (["username": "dave", "admin": true], 400),
            (["username": "dave", "roles": ["two words"]], 400), (["username": "dave", "roles": "admin"], 400),
            (["username": "d\u{E4}ve"], 400),
        ] as [(JSONObject, Int)]
    )
    func `a name that is taken or a body of another form is refused`(body: JSONObject, status: Int) async throws {
        try await TestProvider.run { provider in
            let answer = try await operate(.post, "users", body, at: provider)
            #expect(answer.status == status)
        }
    }
}
