import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A key that seals for whoever holds the `DecryptionKey`; it prints as its key id and nothing more.
///
/// Sealing hides, it does not sign: with a public key, anybody may have done it. What must also be believed is a signed
/// token inside (`sealNested`), and its signature is checked after opening.
public struct EncryptionKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The one algorithm that this key seals with.
    public let algorithm: KeyManagementAlgorithm
    /// The `kid` under which a token names this key.
    public let keyID: String
    private let material: Material

    enum Material: Sendable {
        case publicKey([UInt8], AgreementCurve)
        case shared(SymmetricKey)

        /// The members that RFC 7638 §3.2 hashes, in its order. Those of a shared secret are the secret.
        var jwkMembers: JSONObject {
            switch self {
            case .publicKey(let publicKey, let curve): curve.jwkMembers(of: publicKey)
            case .shared(let key): ["k": .string(Base64URL.encode(key.withUnsafeBytes(Array.init))), "kty": "oct"]
            }
        }
    }

    /// - Parameter keyID: nil for the thumbprint (RFC 7638 §3). That of a shared secret gives nothing away as long as the
    ///   secret is random (RFC 7638 §7): which is why there is no way to make one out of a password.
    init(algorithm: KeyManagementAlgorithm, keyID: String? = nil, material: Material) {
        self.algorithm = algorithm
        self.keyID = keyID ?? VerificationKey.thumbprint(of: material.jwkMembers)
        self.material = material
    }

    /// Reads one public JWK.
    ///
    /// - Takes: a public key with `kty`, `crv`, `alg` and `kid`; `use` or `key_ops`, where present, must allow what the
    ///   algorithm does.
    /// - Gives: nil for a key this library has no use for: a signature key, another algorithm, unsound values
    ///   (RFC 7517 §5), a private key, a shared secret. A secret that stands on a public page is none any more.
    public init?(jwk: JSONObject) {
        guard let algorithm = KeyManagementAlgorithm.of(jwk), let keyID = jwk["kid"]?.string, !keyID.isEmpty,
            jwk["d"] == nil,
            let curve = algorithm.curve, let publicKey = curve.publicKey(in: jwk),
            // Tried once, so that a point of no use is passed over here and does not fail each sealing later.
            (try? curve.privateKey.agree(with: publicKey)) != nil
        else { return nil }
        self.init(algorithm: algorithm, keyID: keyID, material: .publicKey(publicKey, curve))
    }

    /// The key as a JWK for publishing (RFC 7517 §4); nil for a shared secret, of which nothing may be published.
    public var jwk: JSONObject? {
        guard case .publicKey = material else { return nil }
        return exposeJWK()
    }

    /// The key as a JWK, and a shared secret with it.
    func exposeJWK() -> JSONObject {
        var jwk = material.jwkMembers
        jwk["use"] = "enc"
        jwk["alg"] = .string(algorithm.name)
        jwk["kid"] = .string(keyID)
        return jwk
    }

    /// Seals `plaintext` as a compact JWE (RFC 7516 §5.1). Content key, nonce and ephemeral key are new each time.
    ///
    /// - Parameters:
    ///   - plaintext: at most `Bounds.tokenBytesMax` bytes.
    ///   - contentType: what is inside, `cty`; readable from outside. Whoever opens must expect the same, so that what
    ///     was sealed for one purpose is not taken for another.
    /// - Refuses: `tokenTooLarge` for more than `Bounds.tokenBytesMax` bytes: nobody in the house would open it.
    /// - Throws: the cryptography library's error.
    public func seal(_ plaintext: [UInt8], contentType: String? = nil) throws -> Credential {
        guard plaintext.count <= Bounds.tokenBytesMax else { throw Refusal.tokenTooLarge }
        let (key, ephemeralKey) = try keyAndEphemeralKey()
        var header: JSONObject = [
            "alg": .string(algorithm.name), "enc": .string(algorithm.contentEncryption.name), "kid": .string(keyID),
        ]
        header["cty"] = contentType.map(JSONValue.string)
        header["epk"] = ephemeralKey.map(JSONValue.object)
        let protectedHeader = Base64URL.encodedBytes(JSONWriter.bytes(header))
        guard protectedHeader.count <= Bounds.headerBytesMax else { throw Refusal.tokenTooLarge }
        let (contentKey, encryptedKey) = try contentKey(under: key)
        // No nonce is given: the library draws a random one, and no caller can make it repeat.
        let box = try AES.GCM.seal(plaintext, using: contentKey, authenticating: protectedHeader)
        let parts = [encryptedKey, Array(box.nonce), Array(box.ciphertext), Array(box.tag)].map(Base64URL.encodedBytes)
        let token = ([protectedHeader] + parts).joined(separator: [UInt8(ascii: ".")])
        return Credential(String(decoding: Array(token), as: UTF8.self))
    }

    /// Seals a signed token: signed first, then encrypted (RFC 7519 §11.2), and marked as such (RFC 7519 §5.2).
    ///
    /// - Refuses: as `seal`.
    public func sealNested(_ signed: Credential) throws -> Credential {
        try seal(Array(signed.exposed.utf8), contentType: "JWT")
    }

    /// The key that wraps, or is, the content key; and the public key from which the recipient derives the same.
    private func keyAndEphemeralKey() throws -> (SymmetricKey, JSONObject?) {
        switch material {
        case .shared(let key): return (key, nil)
        case .publicKey(let publicKey, let curve):
            let agreed = try curve.privateKey.agree(with: publicKey)
            return (algorithm.derivedKey(from: agreed.secret), curve.jwkMembers(of: agreed.ephemeralKey))
        }
    }

    private func contentKey(under key: SymmetricKey) throws -> (SymmetricKey, encryptedKey: [UInt8]) {
        guard algorithm.wrappingKeyBytes != nil else { return (key, []) }
        let contentKey = SymmetricKey(byteCount: algorithm.contentEncryption.keyBytes)
        return (contentKey, [UInt8](try AES.KeyWrap.wrap(contentKey, using: key)))
    }

    /// The algorithm and the key id.
    public var description: String { "EncryptionKey(\(algorithm.name), \(keyID))" }
    /// The key id alone, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }
}

extension SymmetricKey {
    /// A new random key.
    init(byteCount: Int) { self.init(size: SymmetricKeySize(bitCount: byteCount * 8)) }
}
