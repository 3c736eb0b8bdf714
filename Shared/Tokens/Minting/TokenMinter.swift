/// Turns claims into signed tokens of one issuer.
public struct TokenMinter: Sendable {
    private let signingKey: @Sendable (Algorithm) throws -> SigningKey

    /// - Parameter signingKey: the key that signs at this moment, by algorithm; asked anew for every token, so that a
    ///   rotation takes effect with the next one.
    public init(signingKey: @escaping @Sendable (Algorithm) throws -> SigningKey) { self.signingKey = signingKey }

    /// Signs `claims`.
    ///
    /// - Refuses: `tokenTooLarge` for a token over `Bounds.tokenBytesMax`: no verifier of the house would read it.
    public func mint<Claims: TokenClaims>(_ claims: Claims, algorithm: Algorithm = .es256) throws -> Credential {
        let token = try signingKey(algorithm).sign(claims.payload, type: Claims.kind)
        guard token.exposed.utf8.count <= Bounds.tokenBytesMax else { throw Refusal.tokenTooLarge }
        return token
    }
}
