import Crypto
import Tokens

/// A client's proof of itself, used twice, elsewhere or by others (RFC 7523 §3).
enum ClientAssertions {
    static let group = AttackGroup(
        "client-assertions",
        hope: "a statement that the client signed once says more than it did",
        [
            .request(
                "an assertion used twice",
                gain: "the client's login for whoever reads a log of requests",
                sent: "the same client_assertion again",
                at: .clientAssertion,
                refused: .assertionReplayed
            ) { scene in
                let client = try await KeyClient.register(on: scene.stack)
                let assertion = try client.assertion().signed()
                try await client.requestToken(assertion).requireSuccess("the assertion's first use")
                return try await client.requestToken(assertion)
            },
            .assertion(
                "an assertion for another server",
                gain: "the client's login here for every other provider that it signs in to",
                sent: "aud: https://other.example",
                refused: .audienceMismatch
            ) { $0.claim("aud", "https://other.example") },
            .assertion(
                "an assertion for a day",
                gain: "a proof that is as good as a password",
                sent: "exp: tomorrow",
                refused: .assertionLifetimeTooLong
            ) { $0.moved("exp", by: 86_400) },
            .assertion(
                "an assertion after its end",
                gain: "old proofs out of backups",
                sent: "exp: a minute ago",
                refused: .tokenExpired
            ) { $0.moved("exp", by: -120) },
            .assertion(
                "an assertion of the future",
                gain: "proofs made in advance, by somebody who has the key for a moment only",
                sent: "iat: in a minute",
                refused: .tokenIssuedInFuture
            ) { $0.moved("iat", by: 60) },
            .assertion(
                "an assertion without a jti",
                gain: "a proof that cannot be told from its copies",
                sent: "no jti",
                refused: .claimMissing
            ) { $0.claim("jti", nil) },
            .assertion(
                "one client speaking for another",
                gain: "every client's login for each of them",
                sent: "iss: the attacker's client, sub: the one that it wants to be",
                refused: .clientMismatch
            ) { $0.claim("iss", "another-client") },
            .assertion(
                "the name of a service over the attacker's key",
                gain: "the identity of Orders without its certificate",
                sent: "iss and sub: orders-api",
                refused: .clientUnauthenticated
            ) { $0.claim("iss", "orders-api").claim("sub", "orders-api") },
            .assertion(
                "the client's key brought along",
                gain: "any client's login: its key is in the proof",
                sent: "jwk: a key, and a good signature by it",
                refused: .headerParameterForbidden
            ) { $0.header("jwk", .object(Forgery.forgerJWK)) },
            .proof(
                "HS256 under the client's public key",
                gain: "any client's login: the key is published in its registration",
                sent: "alg: HS256, a MAC whose secret is the client's JWK",
                refused: .algorithmNotAccepted
            ) { $0.authenticated(under: JSONWriter.bytes($0.key.jwk)) },
            .proof(
                "another key under the client's key id",
                gain: "any client's login",
                sent: "the genuine assertion, signed by a key that nobody registered",
                refused: .signatureInvalid
            ) { assertion in
                let signature = try P256.Signing.PrivateKey().signature(for: Array(assertion.signingInput.utf8))
                return assertion.signed(with: Array(signature.rawRepresentation))
            },
            .proof(
                "a secret beside the assertion",
                gain: "one client to the provider, and another to the proxy in front of it",
                sent: "client_assertion and client_secret",
                at: .tokenEndpoint,
                refused: .clientAuthenticationAmbiguous,
                adding: [("client_secret", "a guess")]
            ) { try $0.signed() },
            .proof(
                "another client_id beside the assertion",
                gain: "one client in the log, and another in the token",
                sent: "client_assertion, and client_id: gatehouse-demo",
                at: .tokenEndpoint,
                refused: .clientAuthenticationAmbiguous,
                adding: [("client_id", RunningStack.demoClient)]
            ) { try $0.signed() },
        ]
    )
}

extension Attack {
    /// A good assertion of the attacker's own client, with one thing changed and then signed: nothing else is wrong with it.
    fileprivate static func assertion(
        _ name: String,
        gain: String,
        sent: String,
        refused reason: Refusal,
        _ change: @escaping @Sendable (Forgery) -> Forgery
    ) -> Attack {
        proof(name, gain: gain, sent: sent, refused: reason) { try change($0).signed() }
    }

    fileprivate static func proof(
        _ name: String,
        gain: String,
        sent: String,
        at door: Door = .clientAssertion,
        refused reason: Refusal,
        adding parameters: [(name: String, value: String)] = [],
        _ prove: @escaping @Sendable (Forgery) throws -> Credential
    ) -> Attack {
        request(name, gain: gain, sent: sent, at: door, refused: reason) { scene in
            try await KeyClient.requestToken(on: scene.stack, adding: parameters, prove)
        }
    }
}

extension Forgery {
    fileprivate func moved(_ date: String, by seconds: Int64) -> Forgery {
        claim(date, .integer((payload[date]?.integer ?? 0) + seconds))
    }
}
