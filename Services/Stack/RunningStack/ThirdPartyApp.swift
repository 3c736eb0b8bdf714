import Tokens

/// One sign-in as an application remembers it, from sending its user away until it sees them again.
struct SignInRequest: Sendable {
    let verifier = Credential.random()
    let state = Credential.random().exposed
    let nonce = Credential.random().exposed
    var redirectURI = ThirdPartyApp.redirectURI
}

/// A token request for a code, every part open to change: the attacks change one at a time.
struct Redemption: Sendable {
    var code: Credential
    var verifier: Credential?
    var redirectURI = ThirdPartyApp.redirectURI
}

/// A stranger's web shop that reads its users' orders: confidential, and allowed what each user allows it.
struct ThirdPartyApp: Sendable {
    static let redirectURI = "https://shop.example/callback"
    private static let scope = "openid profile offline_access orders:read"

    let client: RegisteredClient

    static func register(on stack: RunningStack, idTokens algorithm: String = "ES256") async throws -> ThirdPartyApp {
        let registration: JSONObject = [
            "client_name": "A web shop", "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["authorization_code", "refresh_token"], "redirect_uris": [.string(redirectURI)],
            "scope": .string(scope), "resources": [.string(Audience.orders), "issuer"],
            "id_token_signed_response_alg": .string(algorithm),
        ]
        return ThirdPartyApp(client: try await .register(registration, on: stack))
    }

    /// Where it sends its user's browser (RFC 6749 §4.1.1, RFC 7636 §4.3).
    func authorizationPath(_ request: SignInRequest) -> String {
        "/oauth2/authorize?"
            + FormParameters.encode([
                "response_type": "code", "client_id": client.id, "redirect_uri": request.redirectURI,
                "scope": Self.scope, "state": request.state, "nonce": request.nonce,
                "code_challenge": Base64URL.encode(request.verifier.digest), "code_challenge_method": "S256",
            ])
    }

    /// Has a user sign in and agree, and hears of the code.
    func receiveCode(from user: SignedInUser, _ request: SignInRequest = SignInRequest()) async throws -> Redemption {
        var browser = Browser(client.stack)
        let signInPage = try await browser.open(authorizationPath(request))
        let next = try await browser.typePassword(of: user, on: signInPage)
        // Who has agreed once is not asked again.
        let answer = next.status == 200 ? try await browser.submit(next, [("decision", "allow")]) : next
        let code = try answer.redirected().required("code")
        for secret in [Credential(code), request.verifier] { client.stack.client.remember(secret) }
        return Redemption(code: Credential(code), verifier: request.verifier)
    }

    func redeem(_ redemption: Redemption) async throws -> Answer {
        let parameters = [
            ("grant_type", "authorization_code"), ("code", redemption.code.exposed),
            ("redirect_uri", redemption.redirectURI),
        ]
        return try await client.post(
            "token",
            parameters + (redemption.verifier.map { [("code_verifier", $0.exposed)] } ?? [])
        )
    }

    /// The whole way, from the sign-in page to the tokens.
    func signIn(_ user: SignedInUser, _ request: SignInRequest = SignInRequest()) async throws -> TokenResponse {
        try client.stack.readTokens(await redeem(receiveCode(from: user, request)), "redeeming the code")
    }
}
