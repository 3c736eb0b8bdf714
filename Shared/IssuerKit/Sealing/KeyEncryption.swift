import Crypto
import Tokens

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Seals secrets before they are stored: AES-256-GCM under a key that is kept outside the database.
///
/// Whoever steals the database or a backup of it has no signing key. The label goes in as associated data: a sealed value copied
/// to another row, or to another use, does not open there.
///
/// - Source: NIST SP 800-38D; random 96-bit nonces, and far fewer than 2^32 seals under one key.
public struct KeyEncryption: Sendable {
    private let key: SymmetricKey
    private let keyFile: String

    /// - Takes: a file with 32 bytes as base64url text, readable by its owner alone.
    /// - Throws: `KeyEncryptionFault`, which names the file and the way out.
    public init(keyFile: String) throws {
        self.keyFile = keyFile
        let path = URL(filePath: keyFile).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { throw KeyEncryptionFault.unreadable(file: keyFile) }
        guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
            throw KeyEncryptionFault.readableByOthers(file: keyFile)
        }
        guard let bytes = Base64URL.decode(text.filter { !$0.isWhitespace }), bytes.count == 32 else {
            throw KeyEncryptionFault.notAKey(file: keyFile)
        }
        key = SymmetricKey(data: bytes)
    }

    /// - Gives: nonce, ciphertext and tag in one piece, 28 bytes more than `plain`.
    public func seal(_ plain: [UInt8], label: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(plain, using: key, authenticating: Array(label.utf8))
        guard let combined = box.combined else { throw KeyEncryptionFault.wrongKey(file: keyFile, label: label) }
        return [UInt8](combined)
    }

    /// - Throws: `KeyEncryptionFault.wrongKey` for what was sealed under another key or label, or changed since.
    public func open(_ sealed: [UInt8], label: String) throws -> [UInt8] {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return [UInt8](try AES.GCM.open(box, using: key, authenticating: Array(label.utf8)))
        } catch {
            throw KeyEncryptionFault.wrongKey(file: keyFile, label: label)
        }
    }
}

/// Why nothing can be sealed or opened, for whoever starts the service.
public enum KeyEncryptionFault: Error, Equatable, CustomStringConvertible {
    case notAKey(file: String)
    case readableByOthers(file: String)
    case unreadable(file: String)
    case wrongKey(file: String, label: String)

    public var description: String {
        switch self {
        case .notAKey(let file):
            "\(file) holds no key-encryption key: it must be 32 random bytes as base64url text (43 characters)"
        case .readableByOthers(let file):
            "\(file) holds a key-encryption key that others on this machine can read. To fix it: chmod 600 \(file)"
        case .unreadable(let file):
            "the key-encryption key \(file) cannot be read. To fix it: name an existing file that this user may read"
        case .wrongKey(let file, let label):
            "the key-encryption key in \(file) does not open \(label): it belongs to another database, or the database was"
                + " changed. To fix it: restore the file that was here when the database was made, or move the database away"
                + " to begin with new keys"
        }
    }
}
