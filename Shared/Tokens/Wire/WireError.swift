/// What a caller may learn of a refusal: the short list of the standards. Everything finer stays inside.
///
/// - Source: RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 8693 §2.2.2, RFC 8707 §2, OpenID Connect Core §3.1.2.6; the
///   rest are HTTP status codes (RFC 9110 §15.5).
public enum WireError: String, Sendable, CaseIterable {
    /// The user, or the server, said no (RFC 6749 §4.1.2.1).
    case accessDenied = "access_denied"
    /// Not an OAuth code: 409 of an API (RFC 9110 §15.5).
    case conflict = "conflict"
    /// OpenID Connect Core §3.1.2.6.
    case consentRequired = "consent_required"
    /// Not an OAuth code: 413 (RFC 9110 §15.5).
    case contentTooLarge = "content_too_large"
    /// Not an OAuth code: 431 (RFC 6585 §5).
    case headersTooLarge = "headers_too_large"
    /// Not an OAuth code: 422 (RFC 9110 §15.5).
    case idempotencyKeyReused = "idempotency_key_reused"
    /// RFC 6750 §3.1.
    case insufficientScope = "insufficient_scope"
    /// RFC 9470 §3.
    case insufficientUserAuthentication = "insufficient_user_authentication"
    /// RFC 6749 §5.2.
    case invalidClient = "invalid_client"
    /// RFC 9449 §5 and §7.1.
    case invalidDPoPProof = "invalid_dpop_proof"
    /// RFC 6749 §5.2.
    case invalidGrant = "invalid_grant"
    /// RFC 6749 §5.2.
    case invalidRequest = "invalid_request"
    /// RFC 6749 §5.2.
    case invalidScope = "invalid_scope"
    /// RFC 8693 §2.2.2, RFC 8707 §2.
    case invalidTarget = "invalid_target"
    /// RFC 6750 §3.1; one answer for every bad token, to the byte.
    case invalidToken = "invalid_token"
    /// OpenID Connect Core §3.1.2.6.
    case loginRequired = "login_required"
    /// Not an OAuth code: 405 (RFC 9110 §15.5.6).
    case methodNotAllowed = "method_not_allowed"
    /// Not an OAuth code: 404 (RFC 9110 §15.5).
    case notFound = "not_found"
    /// OpenID Connect Core §3.1.2.6.
    case requestNotSupported = "request_not_supported"
    /// Not an OAuth code: 408 (RFC 9110 §15.5).
    case requestTimeout = "request_timeout"
    /// OpenID Connect Core §3.1.2.6.
    case requestURINotSupported = "request_uri_not_supported"
    /// No token at all: 401 with a bare challenge and no error code (RFC 6750 §3.1).
    case tokenMissing = "token_missing"
    /// Not an OAuth code: 429 (RFC 6585 §4).
    case tooManyRequests = "too_many_requests"
    /// RFC 6749 §5.2.
    case unauthorizedClient = "unauthorized_client"
    /// RFC 6749 §5.2.
    case unsupportedGrantType = "unsupported_grant_type"
    /// Not an OAuth code: 415 (RFC 9110 §15.5).
    case unsupportedMediaType = "unsupported_media_type"
    /// RFC 6749 §4.1.2.1.
    case unsupportedResponseType = "unsupported_response_type"

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .consentRequired, .invalidGrant, .invalidRequest, .invalidScope, .invalidTarget, .loginRequired,
            .requestNotSupported, .requestURINotSupported, .unauthorizedClient, .unsupportedGrantType,
            .unsupportedResponseType:
            400
        case .insufficientUserAuthentication, .invalidClient, .invalidDPoPProof, .invalidToken, .tokenMissing: 401
        case .accessDenied, .insufficientScope: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .conflict: 409
        case .contentTooLarge: 413
        case .unsupportedMediaType: 415
        case .idempotencyKeyReused: 422
        case .tooManyRequests: 429
        case .headersTooLarge: 431
        }
    }

    /// The HTTP status at an OAuth endpoint: 400 for all but a client that fails to prove itself (RFC 6749 §5.2). A bad DPoP
    /// proof is a bad request there (RFC 9449 §5), and at an API a failed login (RFC 9449 §7.1); so is a user who has to sign in
    /// again.
    public var statusAtTokenEndpoint: Int {
        switch self {
        case .insufficientUserAuthentication, .invalidDPoPProof: 400
        default: status
        }
    }

    /// The same refusal said at an OAuth endpoint: a bad subject or actor token there is an invalid request, not a
    /// missing login (RFC 8693 §2.2.2).
    public var atTokenEndpoint: WireError {
        switch self {
        case .insufficientScope, .invalidToken, .tokenMissing: .invalidRequest
        default: self
        }
    }
}
