/// The keys of one recipient: the one that is in use, and retired ones until what they sealed has run out.
public struct DecryptionKeys: Sendable {
    private let keys: [DecryptionKey]
    /// What to seal with: the half of the key that is in use.
    public let encryptionKey: EncryptionKey

    /// The keys of one recipient.
    ///
    /// - Parameters:
    ///   - current: seals, and opens.
    ///   - retired: keys that only open, each with an id of its own.
    public init(current: DecryptionKey, retired: [DecryptionKey] = []) {
        keys = [current] + retired
        encryptionKey = current.encryptionKey
    }

    /// Opens a compact JWE with the key that it names.
    ///
    /// - Parameters:
    ///   - token: at most `Bounds.sealedTokenBytesMax` bytes.
    ///   - contentType: what must be inside: the text that `seal` was given, nil for none.
    /// - Refuses: `keyUnknown` for a key that is not among these; the rest as `DecryptionKey.open`.
    /// - Source: RFC 7516 §5.2.
    public func open(_ token: Credential, contentType: String? = nil) throws(Refusal) -> [UInt8] {
        let jwe = try UnopenedJWE(Array(token.exposed.utf8))
        guard let key = keys.first(where: { $0.keyID == jwe.header.keyID }) else { throw .keyUnknown }
        return try key.open(jwe, contentType: contentType)
    }

    /// Opens a sealed token and gives the signed one inside, which has yet to be verified.
    ///
    /// - Refuses: as `open`; `tokenTypeMismatch` for what is not marked as a token (RFC 7519 §5.2).
    public func openNested(_ token: Credential) throws(Refusal) -> Credential {
        let signed = try open(token, contentType: "JWT")
        guard let text = String(validating: signed, as: UTF8.self) else { throw .tokenMalformed }
        return Credential(text)
    }
}
