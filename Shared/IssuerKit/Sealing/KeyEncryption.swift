import Crypto

/// Seals secrets before they are stored: AES-256-GCM under a key that is kept outside the database.
///
/// Whoever steals the database or a backup of it has no signing key. The label goes in as associated data: a sealed value copied
/// to another row, or to another use, does not open there.
///
/// - Source: NIST SP 800-38D; random 96-bit nonces, and far fewer than 2^32 seals under one key.
public struct KeyEncryption: Sendable {
    private enum Key {
        case inMemory(SymmetricKey)
        case inToken(PKCS11Key)
    }

    private let key: Key
    private let source: KeyEncryptionSource

    /// Reads the key, or finds it in its token and has it seal and open something there.
    ///
    /// - Throws: `KeyEncryptionFault`, which names the source and the way out.
    public init(_ source: KeyEncryptionSource) throws {
        self.source = source
        key =
            switch source {
            case .file(let file): .inMemory(try file.readKey())
            case .token(let uri): .inToken(try PKCS11Key(uri))
            }
    }

    /// - Gives: nonce, ciphertext and tag in one piece, 28 bytes more than `plain`.
    public func seal(_ plain: [UInt8], label: String) throws -> [UInt8] {
        let (nonce, label) = (AES.GCM.Nonce(), Array(label.utf8))
        switch key {
        case .inMemory(let key):
            let box = try AES.GCM.seal(plain, using: key, nonce: nonce, authenticating: label)
            return Array(nonce) + box.ciphertext + box.tag
        case .inToken(let key):
            return try Array(nonce) + key.seal(plain, nonce: Array(nonce), label: label)
        }
    }

    /// - Throws: `KeyEncryptionFault.wrongKey` for what was sealed under another key or label, or changed since.
    public func open(_ sealed: [UInt8], label: String) throws -> [UInt8] {
        guard let plain = try openIfSealedHere(sealed, label: Array(label.utf8)) else {
            throw KeyEncryptionFault.wrongKey(source: source, label: label)
        }
        return plain
    }

    private func openIfSealedHere(_ sealed: [UInt8], label: [UInt8]) throws -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
        switch key {
        case .inMemory(let key):
            return (try? AES.GCM.open(box, using: key, authenticating: label)).map { [UInt8]($0) }
        case .inToken(let key):
            return try key.open(Array(box.ciphertext + box.tag), nonce: Array(box.nonce), label: label)
        }
    }
}
