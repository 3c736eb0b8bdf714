import Crypto
public import Tokens

/// An issuer with one key, the same in every run: what the fuzzer found once it finds again.
public struct FixedIssuer: Sendable {
    private static let issuer = "https://issuer.example"
    private static let audience = "https://api.example"
    /// 2027-01-15T08:00:00Z, for ever.
    public static let now = NumericDate(1_800_000_000)

    public let key: SigningKey
    private let privateKey: P256.Signing.PrivateKey

    public init() throws {
        privateKey = try P256.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 7, count: 32))
        key = try SigningKey(algorithm: .es256, privateKeyDER: Array(privateKey.derRepresentation))
    }

    /// The claims of the one good access token.
    public var claims: AccessTokenClaims {
        AccessTokenClaims(
            issuer: Self.issuer,
            subject: "alice",
            audience: Self.audience,
            clientID: "client",
            issuedAt: Self.now,
            expiresAt: Self.now + 600,
            tokenID: "1",
            scope: ["orders:read"],
            actor: Actor("orders-api")
        )
    }

    public func mint(_ claims: some TokenClaims) throws -> Credential {
        let key = self.key
        return try TokenMinter { _ in key }.mint(claims)
    }

    /// A compact token of any two texts, correctly signed.
    public func sign(header: [UInt8], payload: [UInt8]) throws -> Credential {
        let signingInput = "\(Base64URL.encode(header)).\(Base64URL.encode(payload))"
        let signature = try privateKey.signature(for: Array(signingInput.utf8)).rawRepresentation
        return Credential("\(signingInput).\(Base64URL.encode(signature))")
    }

    /// The claims of `token`, nil where it is refused; and that the explained validation says the same.
    public func verify<Claims: TokenClaims>(_ token: Credential, as _: Claims.Type) -> Claims? {
        let validator = TokenValidator<Claims>(
            issuers: [Self.issuer],
            audience: Self.audience,
            algorithms: Algorithm.all,
            keys: FixedKeys(KeySet([key.verificationKey]), issuer: Self.issuer),
            clock: FixedClock(Self.now),
            revocations: NothingRevoked()
        )
        // What a token may be bound to: a certificate whose thumbprint is 32 zero bytes, or any key at all.
        let sender = Sender.relayWithoutProof(
            certificate: CertificateThumbprint(reading: String(repeating: "A", count: 43))
        )
        return withoutWaiting {
            let outcomes = try? await validator.explain(token, from: sender)
            let explained = outcomes?.lazy.compactMap(\.refusal).first
            do {
                let claims = try await validator.verify(token, from: sender).claims
                demand(outcomes != nil && explained == nil, "what is accepted is explained without a refusal")
                return claims
            } catch {
                demand(error as? Refusal == explained, "the first refusal explained is the one thrown")
                return nil
            }
        }
    }
}

/// What `body` gives. Where the keys are at hand nothing in it suspends, whatever its signature says.
public func withoutWaiting<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    nonisolated(unsafe) var value: Value?
    Task.immediate { value = await body() }
    guard let value else { fatalError("suspended") }
    return value
}
