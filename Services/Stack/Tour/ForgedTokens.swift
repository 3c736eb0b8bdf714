import Tokens

/// 7: forged and misplaced tokens are refused by every service, each at its own door.
struct ForgedTokens: Scenario {
    static let number = 7
    static let title = "Forged tokens are refused by every service"

    func run(on stack: RunningStack, telling story: Story) async throws {
        let user = try await stack.makeUser("jan")
        let doors = Door.all(of: stack)
        var expired: [String: Credential] = [:]
        for audience in Set(doors.map(\.audience)) {
            expired[audience] = try await stack.signInAgain(user, resource: audience, scope: nil).accessToken
        }
        try await stack.advance(seconds: user.tokens.lifetimeSeconds + Bounds.clockSkewSeconds)
        let idToken = try await idToken(of: user, on: stack)

        for door in doors {
            story.says("At \(door.name):")
            let genuine = try await stack.signInAgain(user, resource: door.audience).accessToken
            try await door.requireAccepted(genuine, in: self)
            story.tell("    ✓ the genuine token is accepted")
            let elsewhere = door.audience == Audience.users ? Audience.orders : Audience.users
            var attempts = try Forgery.all(from: genuine, signedUnder: await key(of: genuine, stack))
            attempts += [
                Forgery(name: "an ID token", token: idToken),
                Forgery(
                    name: "a genuine token for another service",
                    token: try await stack.signInAgain(user, resource: elsewhere).accessToken
                ),
                Forgery(name: "an expired token", token: expired[door.audience] ?? idToken),
            ]
            for attempt in attempts {
                let answer = try await door.present(attempt.token)
                try require(door.refuses(answer), "\(door.name) refuses \(attempt.name)", seen: "\(answer.status)")
                story.tell("    ✗ \(attempt.name.padded(to: 44)) \(answer.status) \(answer.errorCode ?? "inactive")")
            }
        }
    }

    private func idToken(of user: SignedInUser, on stack: RunningStack) async throws -> Credential {
        let tokens = try await stack.signInAgain(user, scope: "openid orders:read").tokens
        guard let idToken = tokens.idToken else {
            throw ScenarioFailure(expectation: "signing in with openid gives an ID token", seen: "none")
        }
        return idToken
    }

    private func key(of token: Credential, _ stack: RunningStack) async throws -> VerificationKey {
        let keyID = try UnverifiedToken.decodeWithoutVerifying(token).header["kid"]?.string ?? ""
        guard let key = try await stack.keySet(of: .identityProvider)[keyID] else {
            throw ScenarioFailure(expectation: "the key of a genuine token is published", seen: "it is not")
        }
        return key
    }
}

/// A place where a service takes a token.
struct Door: Sendable {
    let name: String
    /// Who a token must be for to be let in here.
    let audience: String
    let present: @Sendable (Credential) async throws -> Answer
    let refuses: @Sendable (Answer) -> Bool

    func requireAccepted(_ token: Credential, in scenario: some Scenario) async throws {
        let answer = try await present(token)
        try scenario.require(
            answer.status == 200 && !refuses(answer),
            "\(name) accepts a genuine token",
            seen: "\(answer.status) \(answer.errorCode ?? "")"
        )
    }

    static func all(of stack: RunningStack) -> [Door] {
        let provider = stack.address(of: .identityProvider)
        return [
            api("orders-api", Audience.orders, "\(stack.address(of: .ordersAPI))/orders", stack),
            api("users-api", Audience.users, "\(stack.address(of: .usersAPI))/users/me", stack),
            api("gateway", Audience.orders, "\(stack.address(of: .gateway))/orders", stack),
            api("userinfo of the identity provider", provider, "\(provider)/oauth2/userinfo", stack),
            Door(
                name: "token-exchange, as subject_token",
                audience: Audience.orders,
                present: { token in
                    // A service token lives shorter than a user's; the story may have passed its end.
                    let actor = try await stack.serviceToken(of: .ordersAPI)
                    return try await stack.exchange(ExchangeRequest(subjectToken: token, actorToken: actor))
                },
                refuses: { $0.status == 400 && $0.errorCode == "invalid_request" }
            ),
            Door(
                name: "introspection of the identity provider",
                audience: Audience.orders,
                present: { try await stack.introspect($0, as: .ordersAPI) },
                refuses: { $0.status == 200 && $0.json?["active"]?.bool == false }
            ),
        ]
    }

    private static func api(_ name: String, _ audience: String, _ url: String, _ stack: RunningStack) -> Door {
        Door(
            name: name,
            audience: audience,
            present: { try await stack.send("GET", url, $0) },
            refuses: { $0.status == 401 && $0.header("www-authenticate")?.contains("invalid_token") == true }
        )
    }
}
