import Tokens

/// One issuer, one access token of twelve claims, and whoever checks it.
struct Issuer: Sendable {
    let algorithm: Algorithm
    let key: SigningKey
    let minter: TokenMinter
    let claims: AccessTokenClaims
    let token: Credential
    let others: Others

    init(_ scheme: Scheme) async throws {
        algorithm = scheme.algorithm
        let key = try SigningKey.generate(algorithm)
        self.key = key
        minter = TokenMinter { _ in key }
        let now = SystemClock().now()
        claims = AccessTokenClaims(
            issuer: "https://localhost:8440",
            subject: "5f0c7d0a-2f5e-4c8e-9a53-0d7c8f2b1e64",
            audience: "https://orders.gatehouse.local",
            clientID: "gatehouse-demo",
            issuedAt: now,
            expiresAt: now + 3600,
            tokenID: "Zm9ydHktdGhyZWUtY2hhcmFjdGVycw",
            scope: ["orders:read", "orders:write", "profile:read"],
            authenticatedAt: now - 60,
            sessionID: "c2Vzc2lvbi1vZi1hLXVzZXI",
            actor: Actor("orders-api"),
            transactionID: "2f0d0f8c-98a1-4c6e-8d5a-6b1f0d3c7e21"
        )
        token = try minter.mint(claims, algorithm: algorithm)
        let bytes = Array(token.exposed.utf8)
        others = try await scheme.others(key, Array(bytes[..<(bytes.lastIndex(of: UInt8(ascii: ".")) ?? 0)]))
    }

    /// All checks, by the machine's own clock, against `revocations`.
    func validator(
        revocations: RevocationIndex,
        cache: VerifiedTokenCache<AccessTokenClaims>? = nil
    ) -> TokenValidator<AccessTokenClaims> {
        TokenValidator(
            issuers: [claims.issuer],
            audience: claims.audience,
            algorithms: Algorithm.all,
            keys: FixedKeys(KeySet([key.verificationKey]), issuer: claims.issuer),
            clock: SystemClock(),
            revocations: revocations,
            cache: cache
        )
    }

    /// So many revoked tokens, none of them ours, and a few of everything else.
    func revocations(of count: Int) throws -> RevocationIndex {
        let index = RevocationIndex(tokenLifetimeSecondsMax: 3600, clock: SystemClock())
        let now = SystemClock().now()
        index.confirm(issuer: claims.issuer, at: NumericDate(.max))  // Fresh for ever.
        for number in 0..<count { try index.revoke(.token("revoked-\(number)"), issuer: claims.issuer, at: now) }
        for number in 0..<100 {
            try index.revoke(.session("session-\(number)"), issuer: claims.issuer, at: now)
            try index.revoke(.subject("subject-\(number)"), issuer: claims.issuer, at: now)
            try index.revoke(.client("client-\(number)"), issuer: claims.issuer, at: now)
            try index.revoke(.key("key-\(number)"), issuer: claims.issuer, at: now)
        }
        return index
    }

    func revocable(tokenID: String) -> RevocableToken {
        RevocableToken(
            issuer: claims.issuer,
            tokenID: tokenID,
            sessionID: claims.sessionID,
            subject: claims.subject,
            clientID: claims.clientID,
            keyID: key.keyID,
            issuedAt: claims.issuedAt
        )
    }

    func mint() throws -> Credential { try minter.mint(claims, algorithm: algorithm) }
}
