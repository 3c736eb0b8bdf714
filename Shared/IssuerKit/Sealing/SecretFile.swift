import Crypto
import Tokens

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The folder in which the environment puts the secrets of this process: in memory, and for this process alone.
public struct SecretMount: Sendable, Equatable {
    /// Where Docker mounts secrets, and where to mount those of Kubernetes.
    public static let usualFolder = "/run/secrets"

    /// The one of this process.
    public static var ofThisProcess: SecretMount {
        SecretMount(credentialsDirectory: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    }

    let folder: String

    /// - Parameter credentialsDirectory: what systemd says to a service with `LoadCredential=`; nil elsewhere.
    public init(credentialsDirectory: String?) {
        // An empty one would make every path on this machine a mounted secret, with the milder rule.
        folder = credentialsDirectory.flatMap { $0.count > 1 ? $0 : nil } ?? Self.usualFolder
    }

    /// - Gives: nil for what is no plain name. A path could lead out of the mount, where its rule does not hold.
    func file(named name: String) -> SecretFile? {
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard isPlain, !["", ".", ".."].contains(name) else { return nil }
        return SecretFile(path: "\(folder)/\(name)", mount: self)
    }
}

/// A file with one short secret.
///
/// Nobody but its owner may read it. In the environment's secret mount others may: Docker and Kubernetes write 0444 and 0644, for
/// whatever user the container runs as, and nobody outside the container sees the mount. Write it may the owner alone, there too:
/// whoever puts a key of their own in place before the first start can open the database afterwards.
public struct SecretFile: Sendable, Equatable {
    /// 32 bytes are 43 characters, a PIN is shorter still: more is another file.
    private static let byteCountMax: UInt64 = 1_024

    public let path: String
    private let forbiddenMode: Int

    /// - Parameter mount: a file in there is judged as what the environment has put there.
    public init(path: String, mount: SecretMount = .ofThisProcess) {
        self.path = path
        forbiddenMode = path.hasPrefix(mount.folder + "/") && !path.contains("/../") ? 0o022 : 0o077
    }

    /// The key in the file: 32 bytes as base64url text, white space around it or not.
    func readKey() throws -> SymmetricKey {
        guard let bytes = Base64URL.decode(try read().filter { !$0.isWhitespace }), bytes.count == 32 else {
            throw KeyEncryptionFault.notAKey(file: path)
        }
        return SymmetricKey(data: bytes)
    }

    /// Its text, whole.
    func read() throws -> String {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target),
            // A pipe or a device could keep the start waiting for ever.
            attributes[.type] as? FileAttributeType == .typeRegular,
            let size = attributes[.size] as? UInt64, size <= Self.byteCountMax,
            let text = try? String(contentsOfFile: target, encoding: .utf8)
        else { throw KeyEncryptionFault.unreadable(file: path) }
        guard let mode = attributes[.posixPermissions] as? Int, mode & forbiddenMode == 0 else {
            throw forbiddenMode == 0o022
                ? KeyEncryptionFault.writableByOthers(file: path) : .readableByOthers(file: path)
        }
        return text
    }
}
