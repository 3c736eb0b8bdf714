import Tokens

@testable import IdentityProvider

/// What the sign-in and consent pages would have left behind: a session and a code.
struct IssuedCode {
    let code: Credential
    let sessionID: String

    static let redirectURI = "https://shop.example/callback"
    static let verifier = Credential("M25iVXpKU3puUjFaYWg3T1NDTDQtcW1ROUY5YXlwalNoc0hhakxifmZHag")
    /// BASE64URL(SHA256(verifier)), RFC 7636 §4.2.
    static var challenge: String { Base64URL.encode(verifier.digest) }
}

extension TestProvider {
    /// A code for the client `web`, as `/oauth2/authorize` issues it.
    func issueCode(
        scope: ScopeSet = ["openid", "offline_access", "orders:read"],
        client: String = "web",
        user: String = "alice",
        key: KeyThumbprint? = nil,
        nonce: String? = "n-0S6_WzA2Mj"
    ) async throws -> IssuedCode {
        let session = try await parts.sessions.begin(for: account(user), decision: .unheard())
        let grant = AuthorizationGrant(
            clientID: client,
            accountID: session.accountID,
            sessionID: session.sid,
            scope: scope,
            resources: [Self.orders, Self.users, Self.issuer],
            authenticatedAt: session.authenticatedAt
        )
        let binding = CodeBinding(
            redirectURI: IssuedCode.redirectURI,
            codeChallenge: IssuedCode.challenge,
            key: key,
            nonce: nonce
        )
        return IssuedCode(
            code: try await parts.codes.issue(grant, binding: binding, decision: .unheard()),
            sessionID: session.sid
        )
    }

    /// `grant_type=authorization_code` by `web`; each parameter can be replaced by another.
    func redeem(
        _ issued: IssuedCode,
        redirectURI: String = IssuedCode.redirectURI,
        verifier: String = IssuedCode.verifier.exposed,
        resource: String = "",
        authorization: String? = nil,
        proof: Credential? = nil
    ) async throws -> Answer {
        try await post(
            "/oauth2/token",
            [
                "grant_type": "authorization_code", "code": issued.code.exposed, "redirect_uri": redirectURI,
                "code_verifier": verifier, "resource": resource,
            ],
            authorization: authorization ?? basic("web"),
            proof: proof
        )
    }
}
