/// Turns claims into signed tokens of one issuer.
public struct TokenMinter: Sendable {
    private let signingKey: @Sendable (Algorithm) throws -> SigningKey
    private let budgetBytes: Int

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

    /// Signs `claims`.
    ///
    /// - Refuses: `tokenTooLarge` for a token over the budget.
    public func mint<Claims: TokenClaims>(_ claims: Claims, algorithm: Algorithm = .es256) throws -> Credential {
        let token = try signingKey(algorithm).sign(claims.payload, as: Claims.kind)
        guard token.exposed.utf8.count <= budgetBytes else { throw Refusal.tokenTooLarge }
        return token
    }
}
