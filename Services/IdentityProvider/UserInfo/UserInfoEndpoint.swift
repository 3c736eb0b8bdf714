import Hummingbird
import ServiceKit
import Tokens

/// `GET` and `POST /oauth2/userinfo`: who the user is, as far as the client was allowed to know.
///
/// - Takes: an access token for this provider with `openid`; the guard on the Routes page has verified it.
/// - Gives: `sub`; `name` and `preferred_username` with `profile`; `email` with `email`.
/// - Refuses: `tokenInactive` where the account is gone.
/// - Source: OpenID Connect Core §5.3, §5.4.
struct UserInfoEndpoint: Sendable {
    let accounts: Accounts

    @Sendable
    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        guard let account = try await accounts.find(id: caller.claims.subject) else { throw Refusal.tokenInactive }
        var document: JSONObject = ["sub": .string(account.id)]
        if caller.claims.scope.contains("profile") {
            document["name"] = .string(account.displayName)
            document["preferred_username"] = .string(account.username)
        }
        if caller.claims.scope.contains("email") { document["email"] = account.email.map { .string($0) } }
        return .json(document)
    }
}
