import Tokens

/// What token-exchange says of itself.
///
/// - Source: RFC 8414 §2. There is no authorization endpoint, so `response_types_supported`, which must be there, is empty.
func metadata(issuer: String) -> JSONObject {
    [
        "issuer": .string(issuer),
        "token_endpoint": .string("\(issuer)/oauth2/token"),
        "jwks_uri": .string("\(issuer)/oauth2/jwks.json"),
        "response_types_supported": [],
        "grant_types_supported": [.string(GrantType.tokenExchange.rawValue)],
        // The certificate, together with the service token that is bound to it.
        "token_endpoint_auth_methods_supported": [.string(ClientAuthenticationMethod.tlsClientAuth.rawValue)],
    ]
}
