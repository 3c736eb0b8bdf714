import HTTPTypes
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Operations: clients and users")
struct OperationsTests {
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
            let answer = try await provider.operate(.post, "clients", Self.registration)
            #expect(answer.status == 201)
            let secret = try #require(answer.json["client_secret"]?.string)
            #expect(secret.utf8.count == 43)
            #expect(try await serviceToken("report-job", secret, at: provider) == 200)
            let list = try await provider.operate(.get, "clients")
            #expect(list.text.contains("report-job") && !list.text.contains(secret) && !list.text.contains("secret\":"))
        }
    }

    @Test func `a rotated secret replaces the old one at once`() async throws {
        try await TestProvider.run { provider in
            let old = try await provider.operate(.post, "clients", Self.registration).json["client_secret"]?.string
            let answer = try await provider.operate(.post, "clients/report-job/rotate-secret")
            let new = answer.json["client_secret"]?.string
            #expect(answer.status == 200 && new != nil && new != old)
            #expect(try await serviceToken("report-job", old, at: provider) == 401)
            #expect(try await serviceToken("report-job", new, at: provider) == 200)
        }
    }

    /// The disk of the audit log is lost, and the service learns of it only when all is done.
    @Test func `a secret that nobody was given opens nothing: the one before does, until a rotation is on record`()
        async throws
    {
        try await TestProvider.run { provider in
            let rotate = { try await provider.operate(.post, "clients/report-job/rotate-secret") }
            provider.audit.loseDisk(isNoticed: false)
            #expect(try await provider.operate(.post, "clients", Self.registration).status == 503)
            provider.audit.findDisk()
            let old = try await provider.operate(.post, "clients", Self.registration).json["client_secret"]?.string
            provider.audit.loseDisk(isNoticed: false)
            #expect(try await rotate().status == 503)
            provider.audit.findDisk()
            #expect(try await serviceToken("report-job", old, at: provider) == 200)
            let new = try await rotate().json["client_secret"]?.string
            #expect(try await serviceToken("report-job", new, at: provider) == 200)
            #expect(try await serviceToken("report-job", old, at: provider) == 401)
        }
    }

    @Test(arguments: [("nobody", 404), ("orders-api", 409), ("gatehouse-demo", 409), ("web", 200)])
    func `only a client with a secret can have another`(id: String, status: Int) async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.operate(.post, "clients/\(id)/rotate-secret")
            #expect(answer.status == status)
        }
    }

    @Test func `an id that is taken, and a registration that contradicts itself, are refused`() async throws {
        try await TestProvider.run { provider in
            var taken = Self.registration
            taken["client_id"] = "gatehouse-demo"
            let conflict = try await provider.operate(.post, "clients", taken)
            #expect(conflict.status == 409)
            var unsound = Self.registration
            unsound["token_endpoint_auth_method"] = "none"
            let answer = try await provider.operate(.post, "clients", unsound)
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
            let answer = try await provider.operate(.post, "clients", anonymous)
            let id = try #require(answer.json["client_id"]?.string)
            #expect(try await serviceToken(id, answer.json["client_secret"]?.string, at: provider) == 200)
        }
    }

    @Test func `a new user signs in with the chosen password, or with the generated one`() async throws {
        try await TestProvider.run { provider in
            let chosen = try await provider.operate(
                .post,
                "users",
                ["username": "bob", "password": "long enough", "roles": ["admin"], "email": "bob@example.com"]
            )
            #expect(chosen.status == 201 && chosen.json["password"] == nil && chosen.json["roles"] == ["admin"])
            let generated = try await provider.operate(.post, "users", ["username": "carol"])
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
                let changed = try await provider.operate(.post, path, ["username": "Alice"])
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
                let answer = try await provider.operate(.post, path, body)
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
            let answer = try await provider.operate(.post, "users", body)
            #expect(answer.status == status)
        }
    }

    @Test func `a user is shown without what opens a door`() async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.operate(.get, "users/Ada")
            #expect(answer.json.members.map(\.name) == ["id", "username", "displayName", "roles", "disabled"])
            #expect(answer.json["id"]?.string == (try provider.account("ada").id))
            #expect(try await provider.operate(.get, "users/nobody").status == 404)
        }
    }

    @Test(arguments: ["battery staple", nil])
    func `a new password replaces the old one`(chosen: String?) async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.operate(
                .post,
                "users/password",
                ["username": "Alice", "password": chosen.map { .string($0) } ?? .null]
            )
            #expect(answer.status == 200 && (answer.json["password"] == nil) == (chosen != nil))
            let new = try #require(chosen ?? answer.json["password"]?.string)
            for (password, status) in [(TestProvider.password.exposed, 400), (new, 200)] {
                let signedIn = try await provider.post(
                    "/auth/login",
                    json: [
                        "client_id": "gatehouse-demo", "username": "alice", "password": .string(password),
                    ]
                )
                #expect(signedIn.status == status)
            }
        }
    }

    @Test(
        arguments: [
            ("password", ["username": "nobody"], 404), ("password", ["username": "alice", "password": "2short"], 400),
            ("password", ["password": "long enough"], 400), ("roles", ["username": "nobody", "roles": []], 404),
            ("roles", ["username": "alice"], 400), ("roles", ["username": "alice", "roles": ["two words"]], 400),
        ] as [(String, JSONObject, Int)]
    )
    func `a change of nobody, or of another form, is refused and told to nobody`(
        path: String,
        body: JSONObject,
        status: Int
    ) async throws {
        try await TestProvider.run { provider in
            let answer = try await provider.operate("users/\(path)", body)
            #expect(answer.status == status)
            #expect(try await provider.told().isEmpty)
        }
    }
}
