import TestKit
import Tokens

/// What the articles take for granted: the issuers of example.com with one key, and an hour.
struct Example: Sendable {
    let clock = House.clock()
    let key: SigningKey
    /// `iss` of the tokens that it checks.
    let issuer: String

    init(_ issuer: String = "https://id.example.com", key: SigningKey? = nil) throws {
        self.issuer = issuer
        self.key = try key ?? SharedKeys.own(.es256)
    }

    var keys: FixedKeys { FixedKeys(KeySet([key.verificationKey]), issuer: issuer) }
    var minter: TokenMinter { TokenMinter { [key] _ in key } }

    /// Who takes this issuer's tokens at `audience`.
    func validator<Claims: TokenClaims>(
        _: Claims.Type = AccessTokenClaims.self,
        at audience: String,
        proofs: DPoPProofValidator? = nil
    ) -> TokenValidator<Claims> {
        TokenValidator(
            issuers: [issuer],
            audience: audience,
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: NothingRevoked(),
            proofs: proofs
        )
    }

    /// Alice's token for Orders, but for what is said otherwise.
    func userToken(
        audience: String = "https://orders.example.com",
        sessionID: String? = "session-1",
        confirmation: ConfirmationMethod? = nil
    ) throws -> Credential {
        try minter.mint(
            AccessTokenClaims(
                issuer: issuer,
                subject: "user-alice",
                audience: audience,
                clientID: "web-shop",
                issuedAt: clock.now(),
                expiresAt: clock.now() + 600,
                tokenID: "token-1",
                scope: ["address:read", "orders:read"],
                authenticatedAt: clock.now() - 20,
                sessionID: sessionID,
                confirmation: confirmation
            )
        )
    }
}
