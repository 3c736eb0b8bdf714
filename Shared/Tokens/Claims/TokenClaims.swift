/// Which token is which: the `typ` header, so that one kind can never pass for another (RFC 8725 §3.11).
public enum TokenKind: String, Sendable, CaseIterable {
    /// RFC 9068 §2.1. Access, service and exchanged tokens alike: an API tells them apart by `act`, `cnf` and `aud`.
    case accessToken = "at+jwt"
    /// Ours: how far an audit log reaches.
    case auditHead = "audit-head+jwt"
    /// RFC 7523 §3; other people's libraries write `JWT` or nothing.
    case clientAssertion = "client-authentication+jwt"
    /// RFC 9449 §4.2.
    case dpopProof = "dpop+jwt"
    /// OpenID Connect Core §2.
    case idToken = "JWT"
    /// RFC 9701 §5.
    case introspectionResponse = "token-introspection+jwt"
    /// OpenID Connect Back-Channel Logout §2.4.
    case logoutToken = "logout+jwt"
    /// RFC 8417 §2.3.
    case securityEvent = "secevent+jwt"

    /// Whether a header with this `typ` (in lower case, nil where it has none) may be a token of this kind.
    func accepts(type: String?) -> Bool {
        switch self {
        case .clientAssertion: type == nil || type == "jwt" || type == "client-authentication+jwt"
        case .idToken: type == nil || type == "jwt"
        default: type == rawValue
        }
    }

    /// Whether a token of this kind carries its key: it is there to show it.
    var embedsKey: Bool { self == .dpopProof }
}

/// The claims of one kind of token, as a type: read strictly, written in full. The kinds are this library's own; what an
/// issuer writes beside their claims is in `VerifiedToken.payload`.
public protocol TokenClaims: Sendable {
    /// Which kind of token these claims belong to.
    static var kind: TokenKind { get }

    /// `iss` (RFC 7519 §4.1.1).
    var issuer: String { get }
    /// `aud`, exactly one (RFC 7519 §4.1.3).
    var audience: String { get }
    /// `iat` (RFC 7519 §4.1.6).
    var issuedAt: NumericDate { get }
    /// `exp` (RFC 7519 §4.1.4); nil for a kind of token that states a fact, and a fact does not expire.
    var expiry: NumericDate? { get }
    /// `cnf` (RFC 7800 §3.1); nil where whoever holds the token may use it.
    var confirmation: ConfirmationMethod? { get }

    /// What a token with these claims can be revoked by, were it signed with the key `keyID`.
    func revocable(keyID: String) -> RevocableToken

    /// Reads the claims of a payload, each by its type.
    ///
    /// - Refuses: `claimMissing`, `claimMalformed` and their like; nothing here has been believed yet.
    init(reading claims: ClaimReader) throws(Refusal)

    /// The payload that `init(reading:)` reads.
    var payload: JSONObject { get }
}

extension TokenClaims {
    /// Nil: a kind of token that nothing binds.
    public var confirmation: ConfirmationMethod? { nil }

    /// By its issuer's key alone: nobody revokes single tokens of a kind that lives for one use.
    public func revocable(keyID: String) -> RevocableToken {
        RevocableToken(issuer: issuer, keyID: keyID, issuedAt: issuedAt)
    }
}
