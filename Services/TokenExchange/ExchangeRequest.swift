import Tokens

/// The parameters of an exchange, read once.
///
/// - Refuses: `grantTypeUnsupported`, `parameterMissing`, `scopeMalformed`, `tokenTypeUnsupported`, `audienceNotAllowed`.
/// - Source: RFC 8693 §2.1. What else stands in the form is ignored (RFC 6749 §3.2): above all an `act`, for who acts is not
///   the caller's to say.
struct ExchangeRequest: Sendable {
    let subjectToken: Credential
    let actorToken: Credential
    let audience: String
    /// Nil asks for everything that can be derived.
    let scope: ScopeSet?

    init(reading form: FormParameters) throws(Refusal) {
        guard try form.required("grant_type") == GrantType.tokenExchange.rawValue else { throw .grantTypeUnsupported }
        subjectToken = Credential(try form.required("subject_token"))
        actorToken = Credential(try form.required("actor_token"))
        let types = [
            try form.required("subject_token_type"), try form.required("actor_token_type"),
            form.optional("requested_token_type") ?? TokenTypeIdentifier.accessToken,
        ]
        guard types.allSatisfy({ $0 == TokenTypeIdentifier.accessToken }) else { throw .tokenTypeUnsupported }
        // One target, named as an audience. A token for two is a token that each of them can use at the other; and a target
        // that we do not name is a token for wherever it may fit.
        let audiences = form.all("audience")
        guard audiences.count == 1, form.all("resource").isEmpty else { throw .audienceNotAllowed }
        audience = audiences[0]
        scope = try form.scope()
    }
}
