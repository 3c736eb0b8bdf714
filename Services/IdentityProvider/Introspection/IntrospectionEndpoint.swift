import Audit
import Hummingbird
import Logging
import ServiceKit
import Tokens

/// `POST /oauth2/introspect`: is this token good at this moment, and what does it say?
///
/// - Takes: `token`, of a confidential client. `token_type_hint` is not needed: the two kinds look different.
/// - Gives: the members of RFC 7662 §2.2 for a token that the caller may ask about: its own, or an access token for an audience
///   that it is registered to introspect; of the latter also `roles`, those that the user has at this moment. For everything else
///   exactly `{"active":false}`, so that nobody learns of tokens that are none of their business (RFC 7662 §4).
/// - Refuses: what `ClientAuthenticator` refuses; `clientUnauthenticated` for a public client.
struct IntrospectionEndpoint: Sendable {
    let authenticator: ClientAuthenticator
    let issued: IssuedTokens
    let accounts: Accounts

    @Sendable
    func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.tokenIntrospection)
        let form = try await request.readForm(context)
        let caller = try await authenticator.authenticate(request, form, context).client
        // Without a secret anybody could try out stolen tokens here (RFC 7662 §2.1).
        guard caller.isConfidential else { throw Refusal.clientUnauthenticated }
        let token = Credential(try form.required("token"))
        do {
            // The two kinds look different: only a JWT has dots.
            let isAccessToken = token.exposed.utf8.contains(UInt8(ascii: "."))
            return .json(
                isAccessToken
                    ? try await accessToken(token, for: caller, context.decision)
                    : try await refreshToken(token, for: caller, context.decision)
            )
        } catch let refusal as Refusal {
            // Whatever is not the caller's to know is inactive outside; the exact reason is for us.
            context.decision.refuse(refusal)
            context.logger.info("inactive", metadata: ["reason": "\(refusal.rawValue)"])
            return .json(["active": false])
        }
    }

    private func accessToken(
        _ token: Credential,
        for caller: Client,
        _ decision: Decision
    ) async throws -> JSONObject {
        let claims = try await issued.requireActiveAccessToken(token, decision)
        guard claims.clientID == caller.id || caller.introspects.contains(claims.audience) else {
            throw Refusal.audienceMismatch
        }
        var document: JSONObject = ["active": true, "token_type": .string(claims.tokenType.rawValue)]
        for (name, value) in claims.payload.members { document[name] = value }
        document["roles"] = try await roles(ofUserOf: claims, for: caller)
        return document
    }

    /// What no token says, because it would be as old as the token: for the API that has to decide by it, and not for the app that
    /// holds the token. Nil for a service's own token.
    private func roles(ofUserOf claims: AccessTokenClaims, for caller: Client) async throws -> JSONValue? {
        guard caller.introspects.contains(claims.audience), claims.authenticatedAt != nil else { return nil }
        return .array(try await accounts.requireUsable(claims.subject).roles.sorted().map { .string($0) })
    }

    /// Refresh tokens are between us and their client: nobody else may ask about one.
    private func refreshToken(
        _ token: Credential,
        for caller: Client,
        _ decision: Decision
    ) async throws -> JSONObject {
        guard let (family, expiresAt) = try await issued.activeRefreshToken(token, decision) else {
            throw Refusal.refreshTokenUnknown
        }
        try family.grant.requireClient(caller)
        _ = try await accounts.requireUsable(family.grant.accountID)
        return [
            "active": true, "iss": .string(issued.issuer), "sub": .string(family.grant.accountID),
            "client_id": .string(family.grant.clientID), "scope": .string(family.grant.scope.text),
            "exp": .integer(expiresAt.secondsSinceEpoch),
            "auth_time": .integer(family.grant.authenticatedAt.secondsSinceEpoch),
            "sid": .string(family.grant.sessionID),
        ]
    }
}
