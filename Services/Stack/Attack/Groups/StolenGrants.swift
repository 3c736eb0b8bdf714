import Tokens

/// Authorization codes and refresh tokens in other hands (RFC 9700 §4.5, §4.14), and the ways to get hold of them (§4.1).
enum StolenGrants {
    static let group = AttackGroup(
        "stolen-codes-and-refresh-tokens",
        hope: "what was meant for one client, once, works for whoever has seen it",
        [
            .code(
                "a stolen code and no verifier",
                gain: "the user's account for whoever reads a browser's history",
                sent: "the code alone",
                refused: .parameterMissing
            ) { $0.verifier = nil },
            .code(
                "the challenge as verifier",
                gain: "the user's account for whoever saw the request that began the sign-in",
                sent: "code_verifier: the code_challenge of the authorization request",
                refused: .codeVerifierMismatch
            ) { $0.verifier = $0.verifier.map { Credential(Base64URL.encode($0.digest)) } },
            .code(
                "a code that was sent elsewhere",
                gain: "codes out of a redirect that the attacker could bend",
                sent: "redirect_uri: https://evil.example/callback",
                refused: .redirectURIMismatch
            ) { $0.redirectURI = "https://evil.example/callback" },
            .request(
                "another client with code and verifier",
                gain: "one application's users for another application",
                sent: "everything genuine, but the client",
                at: .tokenEndpoint,
                refused: .clientMismatch
            ) { scene in
                let stolen = try await ThirdPartyApp.register(on: scene.stack).receiveCode(from: scene.user)
                return try await ThirdPartyApp.register(on: scene.stack).redeem(stolen)
            },
            .request(
                "a code used twice",
                gain: "a session of the attacker's own beside the user's",
                sent: "the same genuine request again",
                at: .tokenEndpoint,
                refused: .authorizationCodeReused
            ) { scene in
                let app = try await ThirdPartyApp.register(on: scene.stack)
                let redemption = try await app.receiveCode(from: scene.user)
                try await app.redeem(redemption).requireSuccess("the code's first use")
                return try await app.redeem(redemption)
            },
            .authorization(
                "a redirect URI that is one letter longer",
                gain: "the user's code at an address of the attacker's",
                sent: "redirect_uri: …/callbacks",
                at: .authorizePage,
                refused: .redirectURIMismatch,
                replacing: "callback",
                with: "callbacks"
            ),
            .authorization(
                "two redirect URIs",
                gain: "one address for the check, another for the redirect",
                sent: "redirect_uri=…&redirect_uri=https://evil.example",
                at: .authorizePage,
                refused: .parameterDuplicated,
                replacing: "&scope=",
                with: "&redirect_uri=https%3A%2F%2Fevil.example&scope="
            ),
            .authorization(
                "a plain challenge",
                gain: "codes for whoever sees the request that begins the sign-in",
                sent: "code_challenge_method: plain",
                at: .authorizeRedirect,
                refused: .parameterMalformed,
                replacing: "S256",
                with: "plain"
            ),
            .authorization(
                "no challenge",
                gain: "codes that anybody can redeem: PKCE taken off by leaving it out",
                sent: "no code_challenge",
                at: .authorizeRedirect,
                refused: .parameterMissing,
                replacing: "code_challenge=",
                with: "unknown="
            ),
            .authorization(
                "a token in the address bar",
                gain: "access tokens out of histories, logs and referrers",
                sent: "response_type: token",
                at: .authorizeRedirect,
                refused: .responseTypeUnsupported,
                replacing: "response_type=code",
                with: "response_type=token"
            ),
            .request(
                "a refresh token at another client",
                gain: "one application's users for another application, for months",
                sent: "the user's genuine refresh token, by a client that it was not given to",
                at: .tokenEndpoint,
                refused: .clientMismatch
            ) { scene in
                let stolen = try await scene.stack.signInAgain(scene.user).refreshToken()
                return try await ThirdPartyApp.register(on: scene.stack).client.refresh(stolen)
            },
            // Last: it ends every session of the user.
            .request(
                "a spent refresh token",
                gain: "a second line of sessions, which goes on when the user signs out",
                sent: "a refresh token whose successor's successor is in use",
                at: .tokenEndpoint,
                refused: .refreshTokenReused
            ) { scene in
                let stolen = try await scene.stack.signInAgain(scene.user)
                _ = try await scene.stack.refreshed(scene.stack.refreshed(stolen))
                return try await scene.stack.refresh(stolen.refreshToken())
            },
        ]
    )
}

extension Attack {
    /// A code in other hands. The client redeems it afterwards: a thief who is refused does not spend it.
    fileprivate static func code(
        _ name: String,
        gain: String,
        sent: String,
        refused reason: Refusal,
        _ change: @escaping @Sendable (inout Redemption) -> Void
    ) -> Attack {
        request(name, gain: gain, sent: sent, at: .tokenEndpoint, refused: reason) { scene in
            let app = try await ThirdPartyApp.register(on: scene.stack)
            let genuine = try await app.receiveCode(from: scene.user)
            var stolen = genuine
            change(&stolen)
            let answer = try await app.redeem(stolen)
            try await app.redeem(genuine).requireSuccess("the client's own redemption")
            return answer
        }
    }

    /// The link that begins a sign-in, written by somebody else.
    fileprivate static func authorization(
        _ name: String,
        gain: String,
        sent: String,
        at door: Door,
        refused reason: Refusal,
        replacing part: String,
        with other: String
    ) -> Attack {
        request(name, gain: gain, sent: sent, at: door, refused: reason) { scene in
            let provider = scene.stack.address(of: .identityProvider)
            let path = try await ThirdPartyApp.register(on: scene.stack).authorizationPath(SignInRequest())
            let genuine = try await scene.stack.send("GET", provider + path)
            guard genuine.header("location")?.hasPrefix("/login") == true else {
                throw ScenarioFailure(expectation: "the genuine link leads to the sign-in page", seen: genuine.summary)
            }
            return try await scene.stack.send("GET", provider + path.replacing(part, with: other))
        }
    }
}
