/// The grants of the house, as `grant_type` spells them.
public enum GrantType: String, Sendable, CaseIterable {
    /// RFC 6749 §4.1.3
    case authorizationCode = "authorization_code"
    /// RFC 6749 §4.4.2
    case clientCredentials = "client_credentials"
    /// RFC 6749 §6
    case refreshToken = "refresh_token"
    /// RFC 8693 §2.1
    case tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
}

/// Token type identifiers (RFC 8693 §3).
public enum TokenTypeIdentifier {
    /// The only type this house exchanges.
    public static let accessToken = "urn:ietf:params:oauth:token-type:access_token"
}

/// How a client proves who it is (`token_endpoint_auth_method`, RFC 7591 §2; RFC 8705 §2.1.1 for the certificate).
public enum ClientAuthenticationMethod: String, Sendable, CaseIterable {
    case clientSecretBasic = "client_secret_basic"
    case clientSecretPost = "client_secret_post"
    /// A public client: it cannot keep a secret, and PKCE protects its codes.
    case none
    case privateKeyJWT = "private_key_jwt"
    case tlsClientAuth = "tls_client_auth"

    /// The `client_assertion_type` of `private_key_jwt` (RFC 7523 §2.2).
    public static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
}

/// Header fields of the house.
public enum HeaderName {
    /// One request's id through all services; the gateway makes it, tokens carry it as `txn`.
    public static let transactionID = "transaction-id"
}
