import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A private key or a shared secret that opens what its `encryptionKey` sealed; it prints as its key id and nothing
/// more.
public struct DecryptionKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The half that seals. Of a shared secret both halves are the secret.
    public let encryptionKey: EncryptionKey
    private let material: Material

    private enum Material: Sendable {
        case privateKey(any AgreementPrivateKey)
        case shared(SymmetricKey)
    }

    /// The one algorithm that this key opens.
    public var algorithm: KeyManagementAlgorithm { encryptionKey.algorithm }
    /// The `kid` under which a token names this key.
    public var keyID: String { encryptionKey.keyID }

    /// Makes a new key; its id is the thumbprint.
    public static func generate(_ algorithm: KeyManagementAlgorithm) -> DecryptionKey {
        guard let curve = algorithm.curve else {
            return DecryptionKey(shared: SymmetricKey(byteCount: algorithm.keyBytes), algorithm)
        }
        return DecryptionKey(curve.privateKey.generate(), on: curve, algorithm)
    }

    /// Reads a JWK that `exposeJWK` wrote, or another's of the same form.
    ///
    /// - Takes: a private key with `kty`, `crv`, `alg`, `kid` and `d`, or `oct` with `k` of exactly 32 bytes; `use` or
    ///   `key_ops`, where present, must allow what the algorithm does, sealing included where the secret is shared.
    /// - Gives: nil for anything else, and for a private key whose public members are another's.
    public init?(jwk: JSONObject) {
        guard let algorithm = KeyManagementAlgorithm.of(jwk) else { return nil }
        self.init(jwk: jwk, for: algorithm)
    }

    /// Reads a JWK for `algorithm`, whatever its `alg` says.
    init?(jwk: JSONObject, for algorithm: KeyManagementAlgorithm) {
        guard let keyID = jwk["kid"]?.string, !keyID.isEmpty else { return nil }
        if let curve = algorithm.curve {
            guard let publicKey = curve.publicKey(in: jwk),
                let scalar = jwk["d"]?.string.flatMap({ Base64URL.decode($0) }), scalar.count == curve.coordinateBytes,
                let privateKey = try? curve.privateKey.init(rawRepresentation: scalar),
                // Otherwise others would seal for a key that is not this one.
                privateKey.publicBytes == publicKey
            else { return nil }
            self.init(privateKey, on: curve, algorithm, keyID: keyID)
        } else {
            guard jwk["kty"] == "oct", let secret = jwk["k"]?.string.flatMap({ Base64URL.decode($0) }),
                secret.count == algorithm.keyBytes
            else { return nil }
            self.init(shared: SymmetricKey(data: secret), algorithm, keyID: keyID)
        }
    }

    private init(
        _ privateKey: any AgreementPrivateKey,
        on curve: AgreementCurve,
        _ algorithm: KeyManagementAlgorithm,
        keyID: String? = nil
    ) {
        material = .privateKey(privateKey)
        encryptionKey = EncryptionKey(
            algorithm: algorithm,
            keyID: keyID,
            material: .publicKey(privateKey.publicBytes, curve)
        )
    }

    private init(shared key: SymmetricKey, _ algorithm: KeyManagementAlgorithm, keyID: String? = nil) {
        material = .shared(key)
        encryptionKey = EncryptionKey(algorithm: algorithm, keyID: keyID, material: .shared(key))
    }

    /// The key as a JWK, its secret readable. For sealing before storage, and for nothing else.
    public func exposeJWK() -> JSONObject {
        var jwk = encryptionKey.exposeJWK()
        if case .privateKey(let key) = material { jwk["d"] = .string(Base64URL.encode(key.rawRepresentation)) }
        return jwk
    }

    /// Opens a compact JWE that was sealed for this key.
    ///
    /// - Parameters:
    ///   - token: at most `Bounds.sealedTokenBytesMax` bytes.
    ///   - contentType: what must be inside: the text that `seal` was given, nil for none.
    /// - Refuses: `algorithmNotAccepted`, `decryptionFailed`, `duplicateMember`, `headerParameterForbidden`,
    ///   `keyUnknown`, `tokenMalformed`, `tokenTooLarge`, `tokenTypeMismatch`.
    /// - Source: RFC 7516 §5.2.
    public func open(_ token: Credential, contentType: String? = nil) throws(Refusal) -> [UInt8] {
        try DecryptionKeys(current: self).open(token, contentType: contentType)
    }

    /// Opens a sealed token and gives the signed one inside, which has yet to be verified.
    ///
    /// - Refuses: as `open`; `tokenTypeMismatch` for what is not marked as a token (RFC 7519 §5.2).
    public func openNested(_ token: Credential) throws(Refusal) -> Credential {
        try DecryptionKeys(current: self).openNested(token)
    }

    /// The plaintext of a JWE that names this key.
    func open(_ jwe: UnopenedJWE, contentType: String?) throws(Refusal) -> [UInt8] {
        guard jwe.header.algorithm.isExactly(algorithm.name),
            jwe.header.contentEncryption.isExactly(algorithm.contentEncryption.name)
        else { throw .algorithmNotAccepted }
        guard jwe.header.contentType == contentType.map(JOSEHeader.mediaType) else { throw .tokenTypeMismatch }
        // The parts have the lengths of the algorithm, before anything is done with them. Where no key is wrapped
        // there is none (RFC 7516 §5.2).
        guard jwe.encryptedKey.count == algorithm.encryptedKeyBytes, jwe.nonce.count == ContentEncryption.nonceBytes,
            jwe.tag.count == ContentEncryption.tagBytes
        else { throw .tokenMalformed }
        return try jwe.plaintext(under: contentKey(of: jwe))
    }

    /// The content key of `jwe`.
    ///
    /// One that does not unwrap is replaced by a random one, and the tag fails in its place: neither the answer nor the
    /// work behind it tells a wrong wrapped key from a wrong tag (RFC 7516 §11.5).
    private func contentKey(of jwe: UnopenedJWE) throws(Refusal) -> SymmetricKey {
        let key = try key(for: jwe.header)
        guard algorithm.wrappingKeyBytes != nil else { return key }
        let substitute = SymmetricKey(byteCount: algorithm.contentEncryption.keyBytes)
        return (try? AES.KeyWrap.unwrap(jwe.encryptedKey, using: key)) ?? substitute
    }

    /// The key that wraps, or is, the content key: this one, or what it derives with the sender's ephemeral key.
    func key(for header: JWEHeader) throws(Refusal) -> SymmetricKey {
        switch (material, algorithm.curve, header.ephemeralKey) {
        case (.shared(let key), nil, nil): return key
        case (.privateKey(let key), let curve?, let ephemeralKey?):
            guard let sender = curve.publicKey(in: ephemeralKey), curve.jwkMembers(of: sender) == ephemeralKey else {
                throw .tokenMalformed  // Another curve, or members beside the point, a private one among them.
            }
            // Tells of the sender's point alone, which the sender knows; nothing of this key.
            guard let secret = try? key.secret(with: sender) else { throw .decryptionFailed }
            return algorithm.derivedKey(from: secret, partyU: header.partyU, partyV: header.partyV)
        default: throw .tokenMalformed  // An ephemeral key where none belongs, or none where one does.
        }
    }

    /// The algorithm and the key id.
    public var description: String { "DecryptionKey(\(algorithm.name), \(keyID))" }
    /// The key id alone, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["keyID": keyID]) }
}
