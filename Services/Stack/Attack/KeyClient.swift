import Tokens

/// A registered client that proves itself with a key of its own (`private_key_jwt`, RFC 7523 §2.2): the forger's.
///
/// Here an attacker can sign whatever they like, and each check is met by a token that is good but for one thing.
struct KeyClient: Sendable {
    let registered: RegisteredClient

    static func register(on stack: RunningStack) async throws -> KeyClient {
        let registration: JSONObject = [
            "token_endpoint_auth_method": "private_key_jwt", "jwks": ["keys": [.object(Forgery.forgerJWK)]],
            "grant_types": ["client_credentials"], "machine_scope": "orders:read",
            "resources": [.string(Audience.orders), .string(Audience.exchange)],
        ]
        return KeyClient(registered: try await .register(registration, on: stack))
    }

    /// A good assertion, never used, ready to be changed.
    func assertion() throws -> Forgery {
        let now = registered.stack.clock.now().secondsSinceEpoch
        let payload: JSONObject = [
            "iss": .string(registered.id), "sub": .string(registered.id), "iat": .integer(now),
            "exp": .integer(now + 60), "aud": .string(registered.stack.address(of: .identityProvider)),
            "jti": .string(Credential.random().exposed),
        ]
        return try Forgery(payload)
    }

    /// A new client's request, first with a good assertion, which is taken; then with one that `change` has made of a good one.
    static func requestToken(
        on stack: RunningStack,
        adding parameters: [(name: String, value: String)] = [],
        _ change: (Forgery) throws -> Credential
    ) async throws -> Answer {
        let client = try await register(on: stack)
        try await client.requestToken(client.assertion().signed()).requireSuccess("a good assertion")
        return try await client.requestToken(change(client.assertion()), adding: parameters)
    }

    /// `client_credentials` with this assertion.
    func requestToken(
        _ assertion: Credential,
        resource: String = Audience.orders,
        adding parameters: [(name: String, value: String)] = []
    ) async throws -> Answer {
        let form = [
            ("grant_type", GrantType.clientCredentials.rawValue), ("resource", resource),
            ("client_assertion_type", ClientAuthenticationMethod.assertionType),
            ("client_assertion", assertion.exposed),
        ]
        return try await registered.post("token", form + parameters)
    }

    /// The client's own access token, bound to nothing.
    func serviceToken(for resource: String) async throws -> Credential {
        let answer = try await requestToken(assertion().signed(), resource: resource)
        return try registered.stack.readTokens(answer, "a token of the client's own").accessToken
    }
}
