import Audit
import Hummingbird
import ServiceKit
import Tokens

/// `POST /oauth2/token` (RFC 6749 §3.2): finds the grant, asks for the sender's key and who the client is, lets the grant answer.
///
/// - Takes: a form body with `grant_type`; perhaps a `DPoP` field.
/// - Gives: RFC 6749 §5.1 JSON, never cached.
/// - Refuses: `grantTypeUnsupported`, what `ProofReader` and `ClientAuthenticator` refuse, `grantNotAllowedForClient`,
///   `proofMissing`, what the grant refuses.
struct TokenEndpoint: Sendable {
    let proofs: ProofReader
    let authenticator: ClientAuthenticator
    let grants: [GrantType: any Grant]

    @Sendable
    func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.tokenIssue)
        let form = try await request.readForm(context)
        let name = try form.required("grant_type")
        guard let type = GrantType(rawValue: name), let grant = grants[type] else { throw Refusal.grantTypeUnsupported }
        try context.decision.begin(type == .refreshToken ? .tokenRefresh : .tokenIssue, grant: name)
        context.decision.noteAsked(form)
        let key = try await proofs.readKey(of: request)
        let client = try await authenticator.authenticate(request, form, context)
        try client.client.requireGrant(type)
        try client.client.requireProof(of: key)
        let answer = try await grant.answer(
            TokenRequest(
                client: client,
                caller: CallerContext(of: request, context, key: key),
                form: form,
                logger: context.logger,
                decision: context.decision
            )
        )
        return context.answer(answer)
    }
}
