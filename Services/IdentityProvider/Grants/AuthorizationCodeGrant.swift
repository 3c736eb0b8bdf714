import Audit
import Logging
import ServiceKit
import Tokens

/// `grant_type=authorization_code`: the tokens for a sign-in that ended with a code.
///
/// - Takes: `code`, `redirect_uri` and `code_verifier`, all required; `resource`, one at most.
/// - Gives: an access token; a refresh token where `offline_access` was granted (OpenID Connect Core §11); an ID token where
///   `openid` was. The code is spent and its family begun in one transaction.
/// - Refuses: `authorizationCodeUnknown`, `clientMismatch`, `authorizationCodeExpired`, `redirectURIMismatch`,
///   `codeVerifierMismatch`, `grantKeyMismatch`, `accountDisabled`, `audienceNotAllowed`, `scopeNotAllowed`, `sessionEnded`; and
///   `authorizationCodeReused`, which revokes what the code had brought.
/// - Source: RFC 6749 §4.1.3; RFC 7636 §4.5; RFC 9700 §2.1.1; RFC 9449 §5, §10.
struct AuthorizationCodeGrant: Grant {
    let codes: AuthorizationCodeStore
    let issuing: TokenIssuing
    let clock: any WallClock

    func answer(_ request: TokenRequest) async throws -> TokenAnswer {
        let client = request.client.client
        // Read.
        let presented = Credential(try request.form.required("code"))
        let verifier = Credential(try request.form.required("code_verifier"))
        let redirectURI = try request.form.required("redirect_uri")
        request.decision.notePresented(.code, presented)
        let code = try await codes.find(presented)
        request.decision.notePresented(.code, presented, of: code.grant, expiresAt: code.expiresAt)
        // Check. A spent code is no longer worth checking; `redeem` deals with whoever brings it.
        try code.grant.requireClient(client)
        if !code.isUsed {
            try code.requireAlive(at: clock.now())
            try code.requireRedirectURI(redirectURI)
            try code.requireVerifier(verifier)
            try code.requireKey(request.key)
        }
        let resources = request.form.all("resource")
        // Write.
        let redemption = try await codes.redeem(
            presented,
            for: code.grant,
            client: client,
            withRefreshToken: client.grants.contains(.refreshToken) && code.grant.scope.contains("offline_access"),
            caller: request.caller,
            decision: request.decision,
            terms: { [issuing] in try issuing.terms(of: code.grant, requested: resources, on: $0) }
        )
        switch redemption {
        case .redeemed(let start, let terms):
            request.decision.ifUnrecorded { [codes] in try await codes.takeBack(start, of: presented) }
            return TokenAnswer(
                access: try issuing.accessToken(
                    terms,
                    of: code.grant,
                    key: request.key,
                    until: start.family.expiresAt
                ),
                refreshToken: start.refreshToken,
                idToken: try issuing.idToken(for: client, of: code.grant, nonce: code.binding.nonce)
            )
        case .reused:
            request.logger.warning("authorization code reused", metadata: ["client": "\(client.id)"])
            // Its family is revoked already; a throw inside the transaction would have rolled that back.
            throw Refusal.authorizationCodeReused
        case .sessionEnded: throw Refusal.sessionEnded
        }
    }
}
