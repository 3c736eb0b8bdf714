import Tokens

/// Wider, longer or elsewhere, by way of a second token (RFC 8693 §2.1, §2.2.2).
enum ScopeLaundering {
    static let group = AttackGroup(
        "scope-laundering",
        hope: "a new token is made of what is asked for, and not of what was shown",
        [
            .exchange(
                "a scope that nothing implies",
                gain: "the user's whole profile out of the right to place an order",
                sent: "scope: profile:write",
                refused: .scopeWidened
            ) { request, _ in request.scope = "profile:write" },
            .exchange(
                "the address out of a token that may only read",
                gain: "what the user did not give to the application",
                sent: "subject_token: with orders:read alone, scope: users.address:read",
                refused: .scopeWidened
            ) { request, scene in
                request.subjectToken = try await scene.stack.signInAgain(scene.user, scope: "orders:read").accessToken
            },
            .exchange(
                "a scope with two spaces",
                gain: "a scope that the check has not seen, for readers that split differently",
                sent: "scope: users.address:read  users.summary:read",
                refused: .scopeMalformed
            ) { request, _ in request.scope = "users.address:read  users.summary:read" },
            .exchange(
                "an audience that no rule names",
                gain: "the user's token for a service that Orders has no business with",
                sent: "audience: https://payments.example",
                refused: .audienceNotAllowed
            ) { request, _ in request.audience = "https://payments.example" },
            .exchange(
                "one's own audience again",
                gain: "a younger token, again and again, long after the user's own has ended",
                sent: "audience: the one of Orders",
                refused: .audienceNotAllowed
            ) { request, _ in request.audience = Audience.orders },
            .exchange(
                "an exchange for two audiences",
                gain: "the user's rights at one service, for the other",
                sent: "audience=…&audience=…",
                refused: .audienceNotAllowed,
                adding: [("audience", Audience.orders)]
            ),
            .exchange(
                "a refresh token asked for",
                gain: "a lasting mandate out of one request",
                sent: "requested_token_type: refresh_token",
                refused: .tokenTypeUnsupported,
                adding: [("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")]
            ),
            .exchange(
                "a token that was given to another service",
                gain: "what the user let Users do, done by Orders",
                sent: "subject_token: the user's token for Users",
                refused: .subjectTokenNotForActor
            ) { request, scene in request.subjectToken = try scene.genuine(at: .usersAPI) },
            .exchange(
                "a machine as the user",
                gain: "a user's rights for a client that acts for nobody",
                sent: "subject_token: a client's own token for Orders",
                refused: .subjectTokenNotOfUser
            ) { request, scene in
                request.subjectToken = try await KeyClient.register(on: scene.stack).serviceToken(for: Audience.orders)
            },
            .request(
                "more scope at a refresh",
                gain: "rights that the user never gave, out of a token that lives for months",
                sent: "scope: orders:read profile:write, of a grant for orders:read",
                at: .tokenEndpoint,
                refused: .scopeWidened
            ) { scene in
                let narrow = try await scene.stack.signInAgain(scene.user, scope: "orders:read")
                let again = try await scene.stack.refreshed(narrow)
                return try await scene.stack.refresh(again.refreshToken(), scope: "orders:read profile:write")
            },
            .request(
                "a token of a service's own for Users",
                gain: "every user's data without any user",
                sent: "client_credentials of Orders, resource: Users",
                at: .tokenEndpoint,
                refused: .audienceNotAllowed
            ) { scene in try await scene.stack.serviceTokenRequest(of: .ordersAPI, resource: Audience.users) },
            .request(
                "a machine's scope beyond its registration",
                gain: "writing for a client that was registered to read",
                sent: "client_credentials, scope: orders:write",
                at: .tokenEndpoint,
                refused: .scopeNotAllowed
            ) { scene in
                let client = try await KeyClient.register(on: scene.stack)
                _ = try await client.serviceToken(for: Audience.orders)
                return try await client.requestToken(client.assertion().signed(), adding: [("scope", "orders:write")])
            },
        ]
    )
}
