/// What a caller may learn of a refusal: the short list of the standards. Everything finer stays inside.
///
/// - Source: RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 8693 §2.2.2, RFC 8707 §2, OpenID Connect Core §3.1.2.6; the
///   rest are HTTP status codes (RFC 9110 §15.5).
public enum WireError: String, Sendable, CaseIterable {
    case accessDenied = "access_denied"
    case conflict = "conflict"
    case consentRequired = "consent_required"
    case contentTooLarge = "content_too_large"
    case headersTooLarge = "headers_too_large"
    case insufficientScope = "insufficient_scope"
    /// RFC 9470 §3.
    case insufficientUserAuthentication = "insufficient_user_authentication"
    case invalidClient = "invalid_client"
    /// RFC 9449 §5 and §7.1.
    case invalidDPoPProof = "invalid_dpop_proof"
    case invalidGrant = "invalid_grant"
    case invalidRequest = "invalid_request"
    case invalidScope = "invalid_scope"
    case invalidTarget = "invalid_target"
    case invalidToken = "invalid_token"
    case loginRequired = "login_required"
    case methodNotAllowed = "method_not_allowed"
    case notFound = "not_found"
    case requestNotSupported = "request_not_supported"
    case requestTimeout = "request_timeout"
    case requestURINotSupported = "request_uri_not_supported"
    /// No token at all: 401 with a bare challenge and no error code (RFC 6750 §3.1).
    case tokenMissing = "token_missing"
    case unauthorizedClient = "unauthorized_client"
    case unsupportedGrantType = "unsupported_grant_type"
    case unsupportedMediaType = "unsupported_media_type"
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
        case .headersTooLarge: 431
        }
    }

    /// The HTTP status at an OAuth endpoint: a bad DPoP proof there is a bad request (RFC 9449 §5), at an API it is a
    /// failed login (RFC 9449 §7.1).
    public var statusAtTokenEndpoint: Int { self == .invalidDPoPProof ? 400 : status }

    /// The same refusal said at an OAuth endpoint: a bad subject or actor token there is an invalid request, not a
    /// missing login (RFC 8693 §2.2.2).
    public var atTokenEndpoint: WireError {
        switch self {
        case .insufficientScope, .insufficientUserAuthentication, .invalidToken, .tokenMissing: .invalidRequest
        default: self
        }
    }
}
