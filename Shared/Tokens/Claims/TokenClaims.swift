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
    static var kind: TokenKind { get }

    var issuer: String { get }
    var audience: String { get }
    var issuedAt: NumericDate { get }
    var expiresAt: NumericDate { get }
    var boundCertificate: CertificateThumbprint? { get }

    /// - Refuses: `claimMissing`, `claimMalformed` and their like; nothing here has been believed yet.
    init(reading claims: ClaimReader) throws(Refusal)

    /// The payload that `init(reading:)` reads.
    var payload: JSONObject { get }
}

extension TokenClaims {
    public var boundCertificate: CertificateThumbprint? { nil }
}
