import Benchmark
import JWTKit
import Tokens

/// What a token of twelve claims costs, beside the bare signature and beside jwt-kit: same tokens, same run.
let benchmarks: @Sendable () -> Void = {
    for scheme in Scheme.all {
        verify(scheme)
        sign(scheme)
    }
    hitCache()
    checkRevocation()
}

private func verify(_ scheme: Scheme) {
    race("\(scheme.algorithm.name) verify", timesPerTurn: 16) {
        let issuer = try await Issuer(scheme)
        let validator = issuer.validator(revocations: try issuer.revocations(of: 1_000))
        let jwtKit = issuer.others.jwtKitVerifying
        return Contenders(
            raw: { for _ in $0 { try issuer.others.verify() } },
            tokens: {
                for _ in $0 {
                    blackHole(
                        try await validator.verify(
                            issuer.token,
                            from: .unproven,
                            requiring: [.actor("orders-api"), .scope("orders:read")]
                        )
                    )
                }
            },
            jwtKit: { for _ in $0 { blackHole(try await jwtKit.verify(issuer.token.exposed, as: JWTKitClaims.self)) } }
        )
    }
}

private func sign(_ scheme: Scheme) {
    race("\(scheme.algorithm.name) sign", timesPerTurn: 32) {
        let issuer = try await Issuer(scheme)
        let jwtKit = issuer.others.jwtKitSigning
        let claims = JWTKitClaims(issuer.claims)
        let keyID = JWKIdentifier(string: issuer.key.keyID)
        return Contenders(
            raw: { for _ in $0 { try issuer.others.sign() } },
            tokens: { for _ in $0 { blackHole(try issuer.mint()) } },
            jwtKit: { for _ in $0 { blackHole(try await jwtKit.sign(claims, kid: keyID, header: ["typ": "at+jwt"])) } }
        )
    }
}

/// A token seen before, with every check that is asked again.
private func hitCache() {
    race("cache hit", timesPerTurn: 500) {
        let issuer = try await Issuer(.es256)
        let validator = issuer.validator(
            revocations: try issuer.revocations(of: 1_000),
            cache: VerifiedTokenCache()
        )
        return Contenders(tokens: {
            for _ in $0 {
                blackHole(
                    try await validator.verify(
                        issuer.token,
                        from: .unproven,
                        requiring: [.actor("orders-api"), .scope("orders:read")]
                    )
                )
            }
        })
    }
}

/// Nothing of this token is among a million that were revoked: the question of nearly every request.
private func checkRevocation() {
    race("revocation check", timesPerTurn: 10_000) {
        let issuer = try await Issuer(.es256)
        let index = try issuer.revocations(of: 1_000_000)
        // A different token each time: the same one would find its place in the processor's cache.
        let tokens = (0..<4_096).map { issuer.revocable(tokenID: "token-\($0)-of-many-that-are-good") }
        return Contenders(tokens: { for turn in $0 { blackHole(index.isRevoked(tokens[turn % tokens.count])) } })
    }
}
