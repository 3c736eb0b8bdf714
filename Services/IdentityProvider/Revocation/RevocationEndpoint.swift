import Audit
import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// `POST /oauth2/revoke`: a client gives a token back.
///
/// - Takes: `token`, of any client that may have tokens, public ones included.
/// - Gives: 200 with an empty body, for an unknown or dead token too: the client's aim is reached (RFC 7009 §2.2). A refresh
///   token takes its whole family along, an access token only itself.
/// - Refuses: what `ClientAuthenticator` refuses; `clientMismatch` for another client's token (RFC 7009 §2.1).
struct RevocationEndpoint: Sendable {
    let authenticator: ClientAuthenticator
    let issued: IssuedTokens
    let families: RefreshFamilies

    @Sendable
    func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.tokenRevocation)
        let form = try await request.readForm(context)
        let client = try await authenticator.authenticate(request, form, context).client
        let token = Credential(try form.required("token"))
        if let claims = try await issued.revocableAccessToken(token, context.decision) {
            guard claims.clientID == client.id else { throw Refusal.clientMismatch }
            try await issued.revoke(claims.tokenID, decision: context.decision)
        } else {
            try await revokeFamily(of: token, client, context)
        }
        return Response(status: .ok, headers: [.cacheControl: "no-store", .contentLength: "0"])
    }

    private func revokeFamily(of token: Credential, _ client: Client, _ context: ServiceContext) async throws {
        context.decision.notePresented(.refresh, token)
        do {
            let family = try await families.find(token)
            context.decision.notePresented(.refresh, token, of: family.grant)
            try family.grant.requireClient(client)
            try await families.revoke(family, .revokedByClient, decision: context.decision)
        } catch Refusal.refreshTokenUnknown {}
    }
}
