import Testing
import Tokens

@testable import IdentityProvider

@Suite("Client registration, RFC 7591 §2")
struct ClientRegistrationTests {
    private static let registry = ScopeRegistry(
        issuer: "https://issuer",
        apis: [
            Resource(
                identifier: "https://api",
                scopes: [
                    Scope(name: "read", description: "", requiredRole: nil),
                    Scope(name: "admin", description: "", requiredRole: "admin"),
                ]
            )
        ]
    )

    private static let sound: JSONObject = [
        "client_id": "app", "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://app.example/cb"], "scope": "openid read admin",
        "resources": ["https://api", "issuer"],
    ]

    private static let machine: JSONObject = [
        "client_id": "job", "grant_types": ["client_credentials"], "machine_scope": "read",
        "resources": ["https://api"],
    ]

    @Test func `a sound registration is read as it is written`() throws {
        let client = try Client(reading: Self.sound, registry: Self.registry)
        #expect(client.id == "app" && client.name == "app" && !client.isConfidential && !client.isFirstParty)
        #expect(client.grants == [.authorizationCode, .refreshToken])
        #expect(client.resources == ["https://api", "https://issuer"])
        #expect(client.idTokenAlgorithm == .rs256)
        let job = try Client(reading: Self.machine, registry: Self.registry)
        #expect(job.authentication == .clientSecretBasic && job.hasSecret && job.machineScope == ["read"])
    }

    @Test(
        arguments: [
            ("client_id", nil), ("client_id", ""), ("client_id", "a b"), ("client_id", "a:b"), ("client_id", "\u{E4}"),
            ("client_id", .string(String(repeating: "a", count: 65))), ("client_name", "line\nbreak"),
            ("redirect_uri", "https://app.example/cb"), ("client_secret", "x"),
            ("redirect_uris", ["http://app.example/cb"]), ("redirect_uris", ["https://app.example/#x"]),
            ("redirect_uris", ["javascript:alert(1)"]), ("redirect_uris", "https://app.example/cb"),
            ("redirect_uris", ["http://127.0.0.1.evil.example/"]), ("redirect_uris", ["http://localhost:1/cb"]),
            ("redirect_uris", []), ("redirect_uris", ["https://a.example", "https://a.example"]),
            ("scope", "openid unknown"), ("scope", "openid  read"), ("scope", ["openid"]),
            ("resources", ["https://nowhere"]), ("resources", []), ("introspects", ["https://api"]),
            ("grant_types", ["password"]), ("grant_types", ["client_credentials"]),
            ("grant_types", [.string(GrantType.tokenExchange.rawValue)]), ("grant_types", ["refresh_token"]),
            ("token_endpoint_auth_method", "client_secret_jwt"), ("token_endpoint_auth_method", "private_key_jwt"),
            ("token_endpoint_auth_method", "tls_client_auth"), ("tls_client_auth_san_uri", "spiffe://x/y"),
            ("machine_scope", "read"), ("id_token_signed_response_alg", "none"),
            ("id_token_signed_response_alg", "HS256"),
            ("first_party", "yes"), ("dpop_bound_access_tokens", "yes"), ("jwks", ["keys": []]),
        ] as [(String, JSONValue?)]
    )
    func `one wrong member makes it unsound`(member: String, value: JSONValue?) {
        var document = Self.sound
        document[member] = value
        #expect(throws: RegistrationError.self) { try Client(reading: document, registry: Self.registry) }
    }

    @Test(arguments: [
        "https://app.example/cb?tenant=1", "http://127.0.0.1/cb", "http://127.0.0.1:8400/cb", "http://[::1]:9/cb",
    ])
    func `https and loopback are good addresses`(uri: String) throws {
        var document = Self.sound
        document["redirect_uris"] = [.string(uri)]
        #expect(try Client(reading: document, registry: Self.registry).redirectURIs == [uri])
    }

    @Test func `a machine never gets what needs a person's role`() {
        var document = Self.machine
        document["machine_scope"] = "read admin"
        #expect(throws: RegistrationError.self) { try Client(reading: document, registry: Self.registry) }
    }

    @Test(arguments: ["spiffe://house/a", "https://house/a"]) func `a certificate is named by its SPIFFE URI`(
        uri: String
    ) {
        var document = Self.machine
        document["token_endpoint_auth_method"] = "tls_client_auth"
        document["tls_client_auth_san_uri"] = .string(uri)
        let client = try? Client(reading: document, registry: Self.registry)
        #expect(client?.spiffeID == (uri.hasPrefix("spiffe://") ? uri : nil))
    }

    @Test func `tokens bound to a key are for clients without a certificate, RFC 9449 §5.2`() throws {
        var document = Self.machine
        document["dpop_bound_access_tokens"] = true
        #expect(try Client(reading: document, registry: Self.registry).requiresProof)
        document["token_endpoint_auth_method"] = "tls_client_auth"
        document["tls_client_auth_san_uri"] = "spiffe://house/a"
        #expect(throws: RegistrationError.self) { try Client(reading: document, registry: Self.registry) }
        document["dpop_bound_access_tokens"] = false
        #expect(try !Client(reading: document, registry: Self.registry).requiresProof)
    }
}
