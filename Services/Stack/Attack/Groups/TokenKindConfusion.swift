import Tokens

/// Genuine statements of one kind, shown as another (RFC 8725 §2.8, §3.11).
enum TokenKindConfusion {
    static let group = AttackGroup(
        "token-kind-confusion",
        hope: "whatever the issuer has signed is taken for an access token",
        [
            .misplaced(
                "an ID token",
                gain: "the user's APIs for every application that they ever signed in to",
                sent: "the ID token of the same user, signed by the same issuer",
                refused: .tokenTypeMismatch
            ) { _, scene in try await scene.idToken() },
            .misplaced(
                "a refresh token",
                gain: "access for as long as the refresh token lives: months instead of minutes",
                sent: "the refresh token of the same user",
                refused: .tokenMalformed,
                // The provider knows it; it is just not for an API to ask about.
                but: [.introspection: .clientMismatch]
            ) { _, scene in try scene.user.refreshToken() },
            .typed("JWT", "access by any signed statement, where the type is not asked for", "JWT"),
            .typed("no type", "access by any signed statement, where a missing type fits all", nil),
            .typed("logout+jwt", "access by the message that ends it", "logout+jwt"),
            .typed("dpop+jwt", "access by the proof alone, whose key the attacker has chosen", "dpop+jwt"),
            .typed(
                "client-authentication+jwt",
                "access by what a client says about itself",
                "client-authentication+jwt"
            ),
            .forged(
                "a list of types",
                gain: "access by another kind of statement: each reader finds the type that it looks for",
                sent: "typ: [\"JWT\", \"at+jwt\"]",
                refused: .tokenMalformed
            ) { try $0.header("typ", ["JWT", "at+jwt"]).signed() },
            .forged(
                "an encrypted token",
                gain: "any claims: whoever has the public key can encrypt",
                sent: "five parts, alg: dir, enc: A256GCM",
                refused: .tokenMalformed
            ) { forgery in
                let parts: [[UInt8]] = [
                    JSONWriter.bytes(["alg": "dir", "enc": "A256GCM"] as JSONObject), [],
                    [UInt8](repeating: 0, count: 12),
                    JSONWriter.bytes(forgery.payload), [UInt8](repeating: 0, count: 16),
                ]
                return Credential(parts.map(Base64URL.encode).joined(separator: "."))
            },
            Attack(
                name: "an access token as client assertion",
                gain: "the client's login for whoever has seen one of its tokens",
                sent: "client_assertion: a service token, which names the client as its subject"
            ) { scene in
                let client = try await KeyClient.register(on: scene.stack)
                let answer = try await client.requestToken(client.serviceToken(for: Audience.orders))
                return [Shot(door: .clientAssertion, answer: answer, expected: .refused(.tokenTypeMismatch))]
            },
        ]
    )
}

extension Attack {
    /// The genuine claims under another `typ`.
    fileprivate static func typed(_ name: String, _ gain: String, _ type: String?) -> Attack {
        forged(
            "\(name) as access token",
            gain: gain,
            sent: "typ: \(type ?? "none"), the genuine claims",
            refused: .tokenTypeMismatch
        ) { try $0.header("typ", type.map { .string($0) }).signed() }
    }
}

extension AttackScene {
    fileprivate func idToken() async throws -> Credential {
        guard let token = try await stack.signInAgain(user, scope: "openid orders:read").tokens.idToken else {
            throw ScenarioFailure(expectation: "signing in with openid gives an ID token", seen: "none")
        }
        return token
    }
}
