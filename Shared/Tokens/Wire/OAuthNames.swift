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

/// `token_type`: the scheme under which an access token is presented (RFC 6749 §7.1).
public enum AccessTokenType: String, Sendable {
    /// RFC 6750 §6.1.1; a token that is bound to a certificate is of this type too.
    case bearer = "Bearer"
    /// Bound to a key: each request needs a proof beside it (RFC 9449 §5).
    case dpop = "DPoP"

    /// Reads the name in upper or lower case (RFC 6749 §5.1); nil for a type that we could not present.
    public init?(reading text: String) {
        switch text.lowercased() {
        case "bearer": self = .bearer
        case "dpop": self = .dpop
        default: return nil
        }
    }
}

/// Token type identifiers (RFC 8693 §3).
public enum TokenTypeIdentifier {
    /// The only type this house exchanges.
    public static let accessToken = "urn:ietf:params:oauth:token-type:access_token"
}

/// How a client proves who it is (`token_endpoint_auth_method`, RFC 7591 §2; RFC 8705 §2.1.1 for the certificate).
public enum ClientAuthenticationMethod: String, Sendable, CaseIterable {
    /// The secret in the `Authorization` field (RFC 6749 §2.3.1).
    case clientSecretBasic = "client_secret_basic"
    /// The secret in the body (RFC 6749 §2.3.1).
    case clientSecretPost = "client_secret_post"
    /// A public client: it cannot keep a secret, and PKCE protects its codes.
    case none
    /// An assertion that the client's own key has signed (RFC 7523 §2.2).
    case privateKeyJWT = "private_key_jwt"
    /// The certificate of the connection (RFC 8705 §2.1.1).
    case tlsClientAuth = "tls_client_auth"

    /// The `client_assertion_type` of `private_key_jwt` (RFC 7523 §2.2).
    public static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
}

/// Header fields of the house.
public enum HeaderName {
    /// One request's id through all services; the gateway makes it, tokens carry it as `txn`.
    public static let transactionID = "transaction-id"
    /// W3C Trace Context §3.2: the same id, with the place of whoever asks.
    public static let traceparent = "traceparent"
}
