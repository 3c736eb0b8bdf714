import Tokens

/// A user with the tokens of one sign-in.
struct SignedInUser: Sendable {
    let name: String
    let password: Credential
    var tokens: TokenResponse

    var accessToken: Credential { tokens.accessToken }
    /// The account id, as the token says it.
    var subject: String {
        (try? UnverifiedToken.decodeWithoutVerifying(accessToken))?.payload["sub"]?.string ?? ""
    }

    func refreshToken() throws -> Credential {
        guard let token = tokens.refreshToken else {
            throw ScenarioFailure(expectation: "signing in gives a refresh token", seen: "none")
        }
        return token
    }
}

/// What a person's client does at the identity provider.
extension RunningStack {
    static let demoClient = "gatehouse-demo"
    /// The app of those who work here.
    static let deskClient = "gatehouse-desk"

    /// - Gives: false where the name is taken.
    func addUser(_ name: String, password: Credential, roles: [String] = []) async throws -> Bool {
        client.remember(password)
        var body: JSONObject = ["username": .string(name), "password": .string(password.exposed)]
        if !roles.isEmpty { body["roles"] = .array(roles.map { .string($0) }) }
        let answer = try await operate("POST", "users", on: .identityProvider, body)
        if answer.status == 409 { return false }
        try answer.requireSuccess("adding the user \(name)")
        return true
    }

    /// A user of a scenario's own, so that scenarios do not disturb one another: with an address, and signed in.
    func makeUser(_ role: String, resource: String = Audience.orders) async throws -> SignedInUser {
        let name = "\(role)-\(Credential.random(byteCount: 6).exposed.lowercased().filter(\.isLetter))"
        let password = Credential.random()
        guard try await addUser(name, password: password) else {
            throw ScenarioFailure(expectation: "the name \(name) is new", seen: "it is taken")
        }
        let atUsers = try await signIn(name, password: password, resource: Audience.users)
        try await setAddress(.example(for: name), of: atUsers)
        return resource == Audience.users ? atUsers : try await signIn(name, password: password, resource: resource)
    }

    /// First-party sign-in: name and password for tokens of one audience.
    func signIn(
        _ name: String,
        password: Credential,
        resource: String = Audience.orders,
        scope: String? = nil,
        client: String = demoClient
    ) async throws -> SignedInUser {
        var body: JSONObject = [
            "client_id": .string(client), "username": .string(name), "password": .string(password.exposed),
            "resource": .string(resource),
        ]
        body["scope"] = scope.map { .string($0) }
        let answer = try await post("\(address(of: .identityProvider))/auth/login", body)
        return SignedInUser(name: name, password: password, tokens: try readTokens(answer, "signing \(name) in"))
    }

    /// The same user, once more: another device.
    func signInAgain(
        _ user: SignedInUser,
        resource: String = Audience.orders,
        scope: String? = nil,
        client: String = demoClient
    ) async throws -> SignedInUser {
        try await signIn(user.name, password: user.password, resource: resource, scope: scope, client: client)
    }

    /// `grant_type=refresh_token`, answered as the token endpoint answers.
    func refresh(
        _ token: Credential,
        scope: String? = nil,
        resource: String? = nil,
        client: String = demoClient,
        proof: Credential? = nil
    ) async throws -> Answer {
        var form = [
            ("grant_type", GrantType.refreshToken.rawValue), ("client_id", client),
            ("refresh_token", token.exposed),
        ]
        if let scope { form.append(("scope", scope)) }
        if let resource { form.append(("resource", resource)) }
        var call = Call(form: form, to: "\(address(of: .identityProvider))/oauth2/token")
        if let proof { call.headers.append(("dpop", proof.exposed)) }
        return try await self.client.send(call)
    }

    /// A public client gives a token back (RFC 7009 §2.1).
    func revoke(_ token: Credential, of client: String) async throws {
        let url = "\(address(of: .identityProvider))/oauth2/revoke"
        try await postForm(url, ["token": token.exposed, "client_id": client]).requireSuccess("revoking a token")
    }

    func refreshed(_ user: SignedInUser, client: String = demoClient) async throws -> SignedInUser {
        var user = user
        user.tokens = try readTokens(try await refresh(user.refreshToken(), client: client), "refreshing")
        return user
    }

    func setAddress(_ address: Address, of user: SignedInUser) async throws {
        let url = "\(self.address(of: .usersAPI))/users/me/address"
        try await send("PUT", url, user.accessToken, address.document).requireSuccess(
            "setting the address of \(user.name)"
        )
    }

    func readTokens(_ answer: Answer, _ request: String) throws -> TokenResponse {
        try answer.requireSuccess(request)
        guard let tokens = answer.json.flatMap(TokenResponse.init(reading:)) else {
            throw ScenarioFailure(expectation: "\(request) gives tokens", seen: "another document")
        }
        return tokens
    }
}
