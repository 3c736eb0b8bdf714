/// Which token is which: the `typ` header, so that one kind can never pass for another (RFC 8725 §3.11).
public enum TokenKind: String, Sendable, CaseIterable {
    /// RFC 9068 §2.1. Access, service and exchanged tokens alike: an API tells them apart by `act`, `cnf` and `aud`.
    case accessToken = "at+jwt"
    /// RFC 7523 §3; other people's libraries write `JWT` or nothing.
    case clientAssertion = "client-authentication+jwt"
    /// OpenID Connect Core §2.
    case idToken = "JWT"

    /// Whether a header with this `typ` (in lower case, nil where it has none) may be a token of this kind.
    func accepts(type: String?) -> Bool {
        switch self {
        case .accessToken: type == "at+jwt"
        case .clientAssertion: type == nil || type == "jwt" || type == "client-authentication+jwt"
        case .idToken: type == nil || type == "jwt"
        }
    }
}

/// The claims of one kind of token, as a type: read strictly, written in full.
public protocol TokenClaims: Sendable {
    /// Which kind of token these claims belong to.
    static var kind: TokenKind { get }

    /// `iss` (RFC 7519 §4.1.1).
    var issuer: String { get }
    /// `aud`, exactly one (RFC 7519 §4.1.3).
    var audience: String { get }
    /// `iat` (RFC 7519 §4.1.6).
    var issuedAt: NumericDate { get }
    /// `exp` (RFC 7519 §4.1.4).
    var expiresAt: NumericDate { get }
    /// `cnf` (RFC 8705 §3.1); nil where whoever holds the token may use it.
    var boundCertificate: CertificateThumbprint? { get }

    /// Reads the claims of a payload, each by its type.
    ///
    /// - Refuses: `claimMissing`, `claimMalformed` and their like; nothing here has been believed yet.
    init(reading claims: ClaimReader) throws(Refusal)

    /// The payload that `init(reading:)` reads.
    var payload: JSONObject { get }
}

extension TokenClaims {
    /// Nil: a kind of token that nothing binds.
    public var boundCertificate: CertificateThumbprint? { nil }
}
