import Audit
import Hummingbird
import ServiceKit
import Tokens

/// `GET` and `POST /oauth2/authorize`: a code for a client, from a user who is signed in and agrees.
///
/// - Takes: `client_id`, `redirect_uri`, `response_type=code`, `code_challenge`, `code_challenge_method=S256`; perhaps `scope`,
///   `resource`, `state`, `nonce`, `prompt`, `max_age`, `dpop_jkt`.
/// - Gives: 303 to the redirect URI with `code`, `state` and `iss`; on the way there, 303 to the sign-in or consent page;
///   from POST, 303 to the same request by GET.
/// - Refuses: on a page what `RedirectDestination` refuses; by redirect what `AuthorizationCheck.table` refuses, and
///   `loginRequired`, `consentRequired`, `scopeNotAllowed` where nothing of the scope is the user's to give.
/// - Source: RFC 6749 §4.1.1, §4.1.2; OpenID Connect Core §3.1.2; RFC 9700 §2.1.
struct AuthorizeEndpoint: Sendable {
    let reader: AuthorizationRequestReader
    let signOn: BrowserSignOn
    let consents: Consents
    let registry: ScopeRegistry
    let codes: AuthorizationCodeStore
    let pages: Pages
    let clock: any WallClock
    let issuer: String

    @Sendable
    func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await answering(context) {
            try context.decision.begin(.authorize)
            return try await answer(reader.read(request.queryText, context.decision), request, context.decision)
        }
    }

    /// A form that another site makes a browser submit comes without our cookies (`SameSite=Lax`): it is sent on as a link, which has them.
    @Sendable
    func redirect(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await answering(context) {
            .seeOther(try await reader.read(request.readFormText(), context.decision).location)
        }
    }

    private func answering(
        _ context: ServiceContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        try await pages.answering(.authorize, context) {
            do { return try await answer() } catch let refused as RefusedByRedirect {
                return refused.destination.answer(refusal: refused.reason, issuer: issuer, context)
            }
        }
    }

    private func answer(
        _ asked: AuthorizationRequest,
        _ request: Request,
        _ decision: Decision
    ) async throws -> Response {
        // Who is it?
        guard let user = try await signOn.find(request),
            !asked.requiresSignIn(since: user.session.authenticatedAt, now: clock.now())
        else {
            return try interrupt(asked, by: "/login", returningTo: asked.afterSignIn, or: .loginRequired, decision)
        }
        decision.note { $0.subject = user.account.id }
        // Do they agree?
        let scope = ScopeSet(registry.grantable(asked.scope, by: user.account).map(\.name))
        guard !scope.isEmpty else {
            throw RefusedByRedirect(reason: .scopeNotAllowed, destination: asked.destination)
        }
        guard try await isAgreed(asked, scope, user.account) else {
            return try interrupt(asked, by: "/consent", returningTo: asked, or: .consentRequired, decision)
        }
        // Then here is the code.
        let grant = AuthorizationGrant(
            clientID: asked.client.id,
            accountID: user.account.id,
            sessionID: user.session.sid,
            scope: scope,
            resources: asked.resources,
            authenticatedAt: user.session.authenticatedAt
        )
        let binding = CodeBinding(
            redirectURI: asked.destination.redirectURI,
            codeChallenge: asked.codeChallenge,
            key: asked.key,
            nonce: asked.nonce
        )
        let code = try await codes.issue(grant, binding: binding, decision: decision)
        return asked.destination.answer(code: code, issuer: issuer)
    }

    /// Our own clients need no consent: their users never chose between us and them.
    private func isAgreed(_ asked: AuthorizationRequest, _ scope: ScopeSet, _ account: Account) async throws -> Bool {
        if asked.client.isFirstParty { return true }
        if asked.prompt.contains(.consent) { return false }
        return try await scope.isSubset(of: consents.find(accountID: account.id, clientID: asked.client.id))
    }

    /// To a page of ours, which leads back here; unless the client wanted no page (`prompt=none`).
    private func interrupt(
        _ asked: AuthorizationRequest,
        by path: String,
        returningTo next: AuthorizationRequest,
        or refusal: Refusal,
        _ decision: Decision
    ) throws -> Response {
        guard !asked.prompt.contains(.nothing) else {
            throw RefusedByRedirect(reason: refusal, destination: asked.destination)
        }
        decision.note { $0[.page] = path }
        return .seeOther(path + "?" + FormParameters.encode([("continue", next.query)]))
    }
}

extension AuthorizationRequest {
    /// Back to the authorization endpoint. The path is ours and the query was written by us: never somewhere else.
    var location: String { "/oauth2/authorize?" + query }
}
