import Audit
import Hummingbird
import ServiceKit
import Tokens

/// `GET` and `POST /consent`: the user sees in plain words what a client asks for, and says yes or no.
///
/// - Takes: `continue`, an authorization request; on POST also `csrf` and `decision`, `allow` or `deny`.
/// - Gives: after yes, 303 to the authorization endpoint, which alone issues codes; after no, 303 to the client with `access_denied`.
/// - Refuses: on a page, `csrfTokenWrong`, `parameterMalformed` and whatever is wrong with the request.
/// - Source: OpenID Connect Core §3.1.2.4.
struct ConsentEndpoint: Sendable {
    let reader: AuthorizationRequestReader
    let signOn: BrowserSignOn
    let consents: Consents
    let registry: ScopeRegistry
    let pages: Pages
    let issuer: String

    @Sendable
    func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await pages.answering(.consent, context) {
            let parameters = try FormParameters(reading: request.queryText)
            let asked = try await reader.readContinuation(of: parameters, context.decision)
            guard let user = try await signOn.find(request) else { return .seeOther(asked.location) }
            let scopes = registry.grantable(asked.scope, by: user.account)
            return pages.consent(asked, scopes: scopes, account: user.account, form: FormToken(of: request))
        }
    }

    @Sendable
    func submit(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await pages.answering(.consent, context) {
            try context.decision.begin(.consent)
            let form = try await request.readForm(context)
            try FormToken.require(form, request)
            let asked = try await reader.readContinuation(of: form, context.decision)
            // Signed out in the meantime: the authorization endpoint begins again.
            guard let user = try await signOn.find(request) else {
                context.decision.refuse(.loginRequired)
                return .seeOther(asked.location)
            }
            context.decision.note { $0.subject = user.account.id }
            switch try form.required("decision") {
            case "allow":
                // What was shown, and no more: a role that the account gets later is not agreed to today.
                let shown = ScopeSet(registry.grantable(asked.scope, by: user.account).map(\.name))
                try await consents.remember(shown, accountID: user.account.id, clientID: asked.client.id)
                context.decision.note { $0[.agreed] = shown.text }
                return .seeOther(asked.afterConsent.location)
            case "deny":
                return asked.destination.answer(refusal: .consentDenied, issuer: issuer, context)
            default: throw Refusal.parameterMalformed
            }
        }
    }
}

extension AuthorizationRequestReader {
    /// The authorization request that a page of ours carries along.
    ///
    /// - Refuses: everything on a page. A link to a page of ours that somebody else wrote must not send anybody anywhere.
    func readContinuation(
        of parameters: FormParameters,
        _ decision: Decision
    ) async throws -> AuthorizationRequest {
        do {
            return try await read(Array(parameters.required("continue").utf8), decision)
        } catch let refused as RefusedByRedirect {
            throw refused.reason
        }
    }
}
