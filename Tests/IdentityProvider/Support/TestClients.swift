import Tokens

/// The clients of the tests, beside those of `compose/clients.yaml`.
enum TestClients {
    /// Strangers' clients, as an operator adds them.
    static let withSecret: [JSONObject] = [
        [
            "client_id": "web", "client_name": "A web shop", "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "redirect_uris": ["https://shop.example/callback"],
            "scope": "openid profile email offline_access orders:read orders:write profile:read",
            "machine_scope": "orders:read",
            "resources": [.string(TestProvider.orders), .string(TestProvider.users), "issuer"],
        ],
        [
            "client_id": "poster", "token_endpoint_auth_method": "client_secret_post",
            "grant_types": ["client_credentials"], "machine_scope": "orders:read",
            "resources": [.string(TestProvider.orders)],
        ],
        // An API that only asks about tokens.
        ["client_id": "auditor", "introspects": [.string(TestProvider.orders), .string(TestProvider.exchange)]],
    ]

    static func declared(signer key: VerificationKey) -> String {
        """

          - client_id: signer
            token_endpoint_auth_method: private_key_jwt
            jwks: {"keys": [\(JSONWriter.text(key.jwk))]}
            grant_types: [client_credentials]
            machine_scope: orders:read
            resources: [https://orders.gatehouse.local]
          - client_id: other-app
            token_endpoint_auth_method: none
            grant_types: [refresh_token]
            scope: orders:read
            resources: [https://orders.gatehouse.local]
          - client_id: bound-app
            token_endpoint_auth_method: none
            dpop_bound_access_tokens: true
            first_party: true
            grant_types: [refresh_token]
            scope: orders:read
            resources: [https://orders.gatehouse.local]

        """
    }
}
