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
            .ending("no end", "a token that never ends, where a missing claim is not checked", .claimMissing, nil),
            .ending(
                "an end as text",
                "a comparison of texts, in which \"9\" is later than any year",
                .claimMalformed,
                "9999999999"
            ),
            .ending(
                "an end of 1e300",
                "a date that becomes infinite as a number of its own kind",
                .claimMalformed,
                .decimal("1e300")
            ),
            .ending("an end of 2^63 - 1", "an overflow when the clock skew is added", .claimMalformed, .integer(.max)),
            .ending(
                "an end before the epoch",
                "a number that is huge where it is read without a sign",
                .claimMalformed,
                -1
            ),
            .forged(
                "a beginning as text",
                gain: "a token whose nbf is skipped because it is no number",
                sent: "nbf: \"never\"",
                refused: .claimMalformed
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
        return forged(name, gain: gain, sent: "exp: \(shown)", refused: reason) { try $0.claim("exp", end).signed() }
    }

    /// The very token that the doors took at the beginning.
    fileprivate static let expired = misplaced(
        "an expired token",
        gain: "a token from an old log, a backup or a browser's history",
        sent: "the genuine token, when its time and the clock skew are over",
        refused: .tokenExpired
    ) { door, scene in
        // Time is moved once, at the first door.
        if door.door == scene.doors.first?.door {
            try await scene.stack.advance(seconds: scene.user.tokens.lifetimeSeconds + Bounds.clockSkewSeconds)
        }
        return door.genuine
    }

    /// Only an issuer can sign such a token, so its clock goes ahead, and the others follow afterwards.
    fileprivate static let issuedTomorrow = Attack(
        name: "a token of the future",
        gain: "a token made in advance, good at a time when its maker has no access any more",
        sent: "a genuine token of an issuer whose clock is a minute ahead"
    ) { scene in
        let stack = scene.stack
        let seconds: Int64 = 60
        try await stack.advance([.identityProvider], bySeconds: seconds)
        let forOrders = try await stack.signInAgain(scene.user).accessToken
        let forUsers = try await stack.signInAgain(scene.user, resource: Audience.users).accessToken
        let ofOrders = try await stack.serviceToken(of: .ordersAPI)
        var shots: [Shot] = []
        // The provider itself lives in its own time.
        for door in scene.doors where ![.userInfo, .introspection].contains(door.door) {
            let token = door.door == .usersAPI ? forUsers : door.door == .actorToken ? ofOrders : forOrders
            let expected = Shot.Expectation.refusedLike(nonsense: door.nonsense, .tokenIssuedInFuture)
            shots.append(Shot(door: door.door, answer: try await door.present(token), expected: expected))
        }
        try await stack.advance(StackService.all.filter { $0.name != "identity-provider" }, bySeconds: seconds)
        stack.clock.advance(bySeconds: seconds)
        return shots
    }
}
