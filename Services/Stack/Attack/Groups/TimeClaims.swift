import Tokens

/// Tokens before and after their time, and times that are none (RFC 7519 §4.1.4, §4.1.6).
enum TimeClaims {
    static let group = AttackGroup(
        "time",
        hope: "a token lives for as long as it says, or the verifier cannot read how long that is",
        [
            .forged(
                "the end pushed out",
                gain: "a stolen token for ever",
                sent: "exp: a year from now, the genuine signature",
                refused: .signatureInvalid
            ) { $0.claim("exp", .integer(($0.payload["exp"]?.integer ?? 0) + 31_536_000)).underTheOldSignature },
            .ending("no end", "a token for ever, where a missing claim is not checked", .claimMissing, nil),
            .ending(
                "an end as text",
                "a token for ever, where texts are compared as texts",
                .claimMalformed,
                "9999999999"
            ),
            .ending(
                "an end of 1e300",
                "a token for ever, where numbers may be infinite",
                .claimMalformed,
                .decimal("1e300")
            ),
            .ending(
                "an end of 2^63 - 1",
                "a token for ever, where adding the clock skew overflows",
                .claimMalformed,
                .integer(.max)
            ),
            .forged(
                "a beginning as text",
                gain: "a token before its time, where what is no number is skipped",
                sent: "nbf: \"never\"",
                refused: .claimMalformed,
                alsoAsAssertion: true
            ) { try $0.claim("nbf", "never").signed() },
            .issuedTomorrow,
            // Last: it moves time, and the tokens of the others end.
            .expired,
        ]
    )
}

extension Attack {
    fileprivate static func ending(_ name: String, _ gain: String, _ reason: Refusal, _ end: JSONValue?) -> Attack {
        let shown = end.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) } ?? "none"
        return forged(name, gain: gain, sent: "exp: \(shown)", refused: reason, alsoAsAssertion: true) {
            try $0.claim("exp", end).signed()
        }
    }

    /// The very tokens that the doors took at the beginning.
    fileprivate static let expired = Attack(
        name: "an expired token",
        gain: "the user's rights out of an old log, a backup, a browser's history",
        sent: "the genuine token, when its time and the clock skew are over"
    ) { scene in
        try await scene.stack.advance(seconds: scene.user.tokens.lifetimeSeconds + Bounds.clockSkewSeconds)
        return try await scene.present(refused: .tokenExpired) { $0.genuine }
    }

    /// Only an issuer can sign such a token, so its clock goes ahead, and the others follow afterwards.
    fileprivate static let issuedTomorrow = Attack(
        name: "a token of the future",
        gain: "tokens made in advance, for when their maker has no access any more",
        sent: "a genuine token of an issuer whose clock is a minute ahead"
    ) { scene in
        let (stack, seconds) = (scene.stack, Int64(60))
        try await stack.advance([.identityProvider], bySeconds: seconds)
        let forOrders = try await stack.signInAgain(scene.user).accessToken
        let forUsers = try await stack.signInAgain(scene.user, resource: Audience.users).accessToken
        let ofOrders = try await stack.serviceToken(of: .ordersAPI)
        // The provider itself lives in its own time.
        let verifiers: Set<Door> = [.ordersAPI, .usersAPI, .gateway, .subjectToken, .actorToken]
        let shots = try await scene.present(refused: .tokenIssuedInFuture, at: verifiers) { door in
            switch door.door {
            case .usersAPI: forUsers
            case .actorToken: ofOrders
            default: forOrders
            }
        }
        try await stack.advance(StackService.all.filter { $0.name != "identity-provider" }, bySeconds: seconds)
        stack.clock.advance(bySeconds: seconds)
        return shots
    }
}
