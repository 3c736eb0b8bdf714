import Tokens

/// What this provider says of itself, so that a client needs to be told one URL only. Every member is true, none is left to a
/// default that is not: `request_uri`, for one, counts as supported where nothing is said.
///
/// - Source: RFC 8414 §2; OpenID Connect Discovery §3; RFC 8705 §3.3; RFC 9449 §5.1. One document, at both well-known places.
enum ProviderMetadata {
    static func document(issuer: String, registry: ScopeRegistry, proofAlgorithms: [Algorithm]) -> JSONObject {
        let algorithms = JSONValue.array(Algorithm.all.map { .string($0.name) })
        let confidential: JSONValue = .array(
            ClientAuthenticationMethod.allCases.filter { $0 != .none }.map { .string($0.rawValue) }
        )
        let methods: JSONValue = .array(ClientAuthenticationMethod.allCases.map { .string($0.rawValue) })
        func url(_ path: String) -> JSONValue { .string(issuer + path) }
        return [
            "issuer": .string(issuer),
            "authorization_endpoint": url("/oauth2/authorize"),
            "token_endpoint": url("/oauth2/token"),
            "jwks_uri": url("/oauth2/jwks.json"),
            "userinfo_endpoint": url("/oauth2/userinfo"),
            "introspection_endpoint": url("/oauth2/introspect"),
            "revocation_endpoint": url("/oauth2/revoke"),
            "scopes_supported": .array(registry.resources.flatMap(\.scopes).map { .string($0.name) }),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": algorithms,
            "introspection_endpoint_auth_methods_supported": confidential,
            "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
            "revocation_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
            "tls_client_certificate_bound_access_tokens": true,
            "dpop_signing_alg_values_supported": .array(proofAlgorithms.map { .string($0.name) }),
            "authorization_response_iss_parameter_supported": true,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": .array(TokenIssuing.algorithms.map { .string($0.name) }),
            "claims_supported": [
                "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "name", "preferred_username", "email",
            ],
            "claims_parameter_supported": false,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
        ]
    }
}
