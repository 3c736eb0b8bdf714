public import ServiceKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where the key-encryption key is.
public enum KeyEncryptionSource: Sendable, Equatable, CustomStringConvertible {
    /// 32 bytes as base64url text: a file of its own, or a secret that the environment mounts.
    case file(SecretFile)
    /// An AES key inside a PKCS#11 token, which seals and opens by itself and never gives the key up.
    case token(PKCS11URI)

    private enum Setting: String, CaseIterable {
        case file = "keys.encryptionKeyFile"
        case mount = "keys.encryptionKeyMount"
        case uri = "keys.encryptionKeyURI"
    }

    /// Reads `keys.encryptionKeyFile` (a path), `keys.encryptionKeyMount` (the name of a mounted secret) and
    /// `keys.encryptionKeyURI` (RFC 7512): exactly one of them must be set.
    public init(reading settings: SettingsReader, mount: SecretMount = .ofThisProcess) throws(SettingsError) {
        var told: [(setting: Setting, value: String)] = []
        for setting in Setting.allCases {
            let value = try settings.string(setting.rawValue, default: "")
            if !value.isEmpty { told.append((setting, value)) }
        }
        guard let (setting, value) = told.first else {
            throw settings.fail(
                Setting.file.rawValue,
                "nothing says where the key-encryption key is",
                fix: "set it, or \(Setting.mount.rawValue), or \(Setting.uri.rawValue)"
            )
        }
        guard told.count == 1 else {
            throw settings.fail(
                told[1].setting.rawValue,
                "\(setting.rawValue) says too where the key-encryption key is",
                fix: "keep one of the two, in the settings file and in the environment"
            )
        }
        switch setting {
        case .file: self = .file(SecretFile(path: try settings.file(setting.rawValue), mount: mount))
        case .mount: self = .file(try Self.mounted(value, mount, settings))
        case .uri:
            do { self = .token(try PKCS11URI(value)) } catch {
                throw settings.fail(setting.rawValue, error.problem, fix: error.fix)
            }
        }
    }

    /// The path, or the URI.
    public var description: String {
        switch self {
        case .file(let file): file.path
        case .token(let uri): uri.description
        }
    }

    private static func mounted(
        _ name: String,
        _ mount: SecretMount,
        _ settings: SettingsReader
    ) throws(SettingsError) -> SecretFile {
        guard let file = mount.file(named: name) else {
            throw settings.fail(
                Setting.mount.rawValue,
                "'\(name)' is no name of a secret",
                fix: "write its name without a path: letters, digits, '.', '_' and '-'"
            )
        }
        guard FileManager.default.isReadableFile(atPath: file.path) else {
            throw settings.fail(
                Setting.mount.rawValue,
                "\(file.path) cannot be read",
                fix: "let the environment mount a secret of that name: LoadCredential= of systemd, secrets: of Docker,"
                    + " a secret volume at \(SecretMount.usualFolder) of Kubernetes"
            )
        }
        return file
    }
}
