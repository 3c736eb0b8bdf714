import Tokens

/// Good tokens of the wrong issuer, or for somebody else (RFC 8725 §2.7, §3.8, §3.9).
enum AudienceAndIssuer {
    static let group = AttackGroup(
        "audience-and-issuer-confusion",
        hope: "a good signature is enough, whoever the token is from and whoever it is for",
        [
            .misplaced(
                "a genuine token for another service",
                gain: "the user's rights everywhere, for each service that the user ever calls",
                sent: "the same user's token for another audience",
                refused: .audienceMismatch,
                but: [.subjectToken: .subjectTokenNotForActor]
            ) { door, scene in
                let elsewhere: Door =
                    [.ordersAPI, .gateway, .introspection].contains(door.door) ? .usersAPI : .ordersAPI
                // What Orders may bring to the exchange is a token for Orders.
                return try scene.genuine(at: door.door == .subjectToken ? .usersAPI : elsewhere)
            },
            .misplaced(
                "a service's own token",
                gain: "every user's data for a service that nobody has asked",
                sent: "the token with which Orders proves itself to the exchange",
                refused: .audienceMismatch,
                but: [.subjectToken: .subjectTokenNotForActor],
                // Orders may ask the provider about its own token, and this is what the exchange wants of an actor.
                at: [.ordersAPI, .usersAPI, .gateway, .userInfo, .subjectToken]
            ) { _, scene in try scene.genuine(at: .actorToken) },
            .misplaced(
                "an exchanged token at the front door",
                gain: "a user's whole API for a service that was given one hop",
                sent: "the token that the exchange made for Orders to ask Users",
                refused: .issuerNotTrusted,
                // The exchange believes itself, but takes of each service only what was meant for that service.
                but: [.subjectToken: .subjectTokenNotForActor]
            ) { _, scene in try await scene.exchangedToken() },
            .aimed("two audiences", "the user's rights at one service, for the other", .claimMalformed) {
                .array([.string($0), "https://evil.example"])
            },
            .aimed("no audience", "a token that is good everywhere", .claimMissing) { _ in nil },
            .aimed(
                "our audience with something behind it",
                "the user's rights here, with a token for a name that begins like ours",
                .audienceMismatch
            ) {
                .string("\($0).evil.example")
            },
            .aimed(
                "our audience with a slash behind it",
                "the user's rights here, with a token for a name that tidies up to ours",
                .audienceMismatch
            ) {
                .string("\($0)/")
            },
            .issued("a stranger as issuer", "any token at all, from whoever has a key", .issuerNotTrusted) { _ in
                "https://evil.example"
            },
            .issued(
                "an issuer that begins like ours",
                "any token at all, from a host that the attacker can register",
                .issuerNotTrusted
            ) { .string("\($0).evil.example") },
            .issued(
                "our issuer with a slash behind it",
                "any token at all, from an issuer whose name tidies up to ours",
                .issuerNotTrusted
            ) {
                .string("\($0)/")
            },
            .issued("two issuers", "any token at all: one issuer for the trust, the other for the key", .claimMalformed)
            {
                .array([.string($0), "https://evil.example"])
            },
        ]
    )
}

extension Attack {
    /// The genuine token for another `aud`.
    fileprivate static func aimed(
        _ name: String,
        _ gain: String,
        _ reason: Refusal,
        _ audience: @escaping @Sendable (String) -> JSONValue?
    ) -> Attack {
        let exceptions: [Door: Refusal] =
            reason == .audienceMismatch ? [.subjectToken: .subjectTokenNotForActor] : [:]
        let sent = "aud: \(shown(audience))"
        return forged(name, gain: gain, sent: sent, refused: reason, but: exceptions, alsoAsAssertion: true) {
            try $0.claim("aud", audience($0.payload["aud"]?.string ?? "")).signed()
        }
    }

    /// The genuine token of another `iss`.
    fileprivate static func issued(
        _ name: String,
        _ gain: String,
        _ reason: Refusal,
        _ issuer: @escaping @Sendable (String) -> JSONValue
    ) -> Attack {
        forged(name, gain: gain, sent: "iss: \(shown(issuer))", refused: reason) {
            try $0.claim("iss", issuer($0.payload["iss"]?.string ?? "")).signed()
        }
    }

    private static func shown(_ value: (String) -> JSONValue?) -> String {
        value("<ours>").map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) } ?? "none"
    }
}
