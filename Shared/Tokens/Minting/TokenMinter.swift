/// Turns claims into signed tokens of one issuer.
public struct TokenMinter: Sendable {
    private let signingKey: @Sendable (Algorithm) throws -> SigningKey
    private let budgetBytes: Int

    /// Makes tokens with whatever key signs at the moment.
    ///
    /// - Parameters:
    ///   - budgetBytes: of one token at most. It cannot be above what the house's own verifiers read; below it, an
    ///     issuer keeps its tokens fit for other people's header limits.
    ///   - signingKey: the key that signs at this moment, by algorithm; asked anew for every token, so that a
    ///     rotation takes effect with the next one.
    public init(
        budgetBytes: Int = Bounds.tokenBytesMax,
        signingKey: @escaping @Sendable (Algorithm) throws -> SigningKey
    ) {
        self.budgetBytes = min(budgetBytes, Bounds.tokenBytesMax)
        self.signingKey = signingKey
    }

    /// Signs `claims` as a compact JWS of their kind.
    ///
    /// - Refuses: `tokenTooLarge` for a token over the budget.
    /// - Throws: what `signingKey` throws, and the cryptography library's error for a key that does not sign.
    /// - Source: RFC 7515 §5.1.
    public func mint<Claims: TokenClaims>(_ claims: Claims, algorithm: Algorithm = .es256) throws -> Credential {
        try mintNamingKey(claims, algorithm: algorithm).token
    }

    /// The same, and the `kid` of the key that has signed: for an issuer that keeps a record of what it gives out.
    public func mintNamingKey<Claims: TokenClaims>(
        _ claims: Claims,
        algorithm: Algorithm = .es256
    ) throws -> (token: Credential, keyID: String) {
        let key = try signingKey(algorithm)
        let token = try key.sign(claims.payload, as: Claims.kind)
        guard token.exposed.utf8.count <= budgetBytes else { throw Refusal.tokenTooLarge }
        return (token, key.keyID)
    }
}
