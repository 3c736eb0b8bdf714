import Crypto
import CryptoExtras
public import Tokens

/// An issuer with one key: it mints what is right and forges what is wrong.
///
///     let issuer = try TestIssuer()
///     let token = try issuer.mint { $0.scope = ["orders:write"] }
///     let forged = try issuer.forge(header: issuer.header.with("alg", "none"), payload: issuer.payload)
public struct TestIssuer: Sendable {
    /// `iss` of what it mints.
    public let issuer: String
    public let key: SigningKey

    public init(_ issuer: String = House.issuer, algorithm: Algorithm = .es256) throws {
        self.init(issuer, key: try SigningKey.generate(algorithm))
    }

    public init(_ issuer: String = House.issuer, key: SigningKey) {
        self.issuer = issuer
        self.key = key
    }

    /// The public keys, as the issuer publishes them.
    public var keySet: KeySet { KeySet([key.verificationKey]) }
    /// The public keys, as a validator asks for them.
    public var keys: FixedKeys { FixedKeys(keySet, issuer: issuer) }

    /// Who accepts this issuer's access tokens at Orders.
    public func validator(
        audience: String = House.orders,
        clock: any WallClock = House.clock(),
        keys: (any KeySource)? = nil,
        revocations: any RevocationCheck = NothingRevoked(),
        proofs: DPoPProofValidator? = nil,
        cache: VerifiedTokenCache<AccessTokenClaims>? = nil
    ) -> TokenValidator<AccessTokenClaims> {
        TokenValidator(
            issuers: [issuer],
            audience: audience,
            algorithms: Algorithm.all,
            keys: keys ?? self.keys,
            clock: clock,
            revocations: revocations,
            proofs: proofs,
            cache: cache
        )
    }

    /// Claims of a good access token for Orders, but for what `change` changes.
    public func claims(_ change: (inout AccessTokenDraft) -> Void = { _ in }) -> AccessTokenClaims {
        var draft = AccessTokenDraft(issuer: issuer)
        change(&draft)
        return draft.claims
    }

    /// A good access token for Orders, but for what `change` changes.
    public func mint(_ change: (inout AccessTokenDraft) -> Void = { _ in }) throws -> Credential {
        try mint(claims(change))
    }

    /// A token of any kind.
    public func mint(_ claims: some TokenClaims) throws -> Credential {
        let key = self.key
        return try TokenMinter { _ in key }.mint(claims, algorithm: key.algorithm)
    }

    /// The header of what `mint()` mints.
    public var header: JSONObject {
        ["alg": .string(key.algorithm.name), "kid": .string(key.keyID), "typ": "at+jwt"]
    }

    /// The payload of what `mint()` mints.
    public var payload: JSONObject { claims().payload }

    /// What a forger signs with.
    public enum Forger: Sendable {
        /// HMAC-SHA256: key confusion.
        case hmac(secret: [UInt8])
        case key(SigningKey)
        /// These very bytes.
        case signature([UInt8])
    }

    /// A compact token of any two texts, signed by this issuer's key unless told otherwise.
    public func forge(header: String, payload: String, signedBy forger: Forger? = nil) throws -> Credential {
        try sign("\(Base64URL.encode(header.utf8)).\(Base64URL.encode(payload.utf8))", signedBy: forger)
    }

    /// The same of any text at all, which becomes the first two parts.
    public func sign(_ input: String, signedBy forger: Forger? = nil) throws -> Credential {
        let signature = try (forger ?? .key(key)).sign(Array(input.utf8))
        return Credential("\(input).\(Base64URL.encode(signature))")
    }

    /// The same, of objects.
    public func forge(header: JSONObject, payload: JSONObject, signedBy forger: Forger? = nil) throws -> Credential {
        try forge(header: JSONWriter.text(header), payload: JSONWriter.text(payload), signedBy: forger)
    }
}

extension TestIssuer.Forger {
    fileprivate func sign(_ input: [UInt8]) throws -> [UInt8] {
        switch self {
        case .hmac(let secret):
            return Array(HMAC<SHA256>.authenticationCode(for: input, using: SymmetricKey(data: secret)))
        case .signature(let bytes):
            return bytes
        case .key(let key):
            return try key.rawSignature(over: input)
        }
    }
}

extension SigningKey {
    /// A signature over anything at all, which the library makes over tokens only.
    func rawSignature(over input: [UInt8]) throws -> [UInt8] {
        let der = try exposePrivateKeyDER()
        switch algorithm {
        case .es384:
            return try [UInt8](P384.Signing.PrivateKey(derRepresentation: der).signature(for: input).rawRepresentation)
        case .ed25519:
            return try [UInt8](Curve25519.Signing.PrivateKey(rawRepresentation: der.suffix(32)).signature(for: input))
        case .mlDSA65:
            return try [UInt8](
                MLDSA65.PrivateKey(seedRepresentation: der.suffix(32), publicKey: nil).signature(for: input)
            )
        case .ps256, .rs256:
            let padding = algorithm == .ps256 ? _RSA.Signing.Padding.PSS : .insecurePKCS1v1_5
            let rsa = try _RSA.Signing.PrivateKey(derRepresentation: der)
            return try [UInt8](rsa.signature(for: SHA256.hash(data: input), padding: padding).rawRepresentation)
        default:
            return try [UInt8](P256.Signing.PrivateKey(derRepresentation: der).signature(for: input).rawRepresentation)
        }
    }
}

extension JSONObject {
    /// This object with member `name` set.
    public func with(_ name: String, _ value: JSONValue) -> JSONObject {
        var changed = self
        changed[name] = value
        return changed
    }

    /// This object without member `name`.
    public func without(_ name: String) -> JSONObject {
        var changed = self
        changed[name] = nil
        return changed
    }
}
