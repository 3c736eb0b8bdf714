import Foundation
import Tokens

/// The one folder in which a stack keeps everything: certificates, secrets, databases, logs, and where it listens.
///
/// Mode 0700: whoever can read it can act as any service of this stack.
struct DataFolder: Sendable, Equatable {
    /// Absolute, so that services started in another working directory mean the same folder.
    let path: String

    init(_ path: String) {
        self.path = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.path(percentEncoded: false)
            .trimmingSuffix("/")
    }

    /// The development authority, which every service and client of this stack trusts, and no other.
    var authority: String { "\(path)/tls/ca.pem" }
    var authorityKey: String { "\(path)/tls/ca.key.pem" }
    func certificate(of service: String) -> String { "\(path)/tls/\(service).pem" }
    func privateKey(of service: String) -> String { "\(path)/tls/\(service).key.pem" }
    var secrets: String { "\(path)/secrets" }
    func keyEncryptionKey(of issuer: String) -> String { "\(secrets)/\(issuer).kek" }
    /// Signs the heads of a service's audit log.
    func auditKey(of service: String) -> String { "\(secrets)/\(service).audit.pem" }
    /// The audit logs, each in a folder of its service.
    var auditLogs: String { "\(path)/audit" }
    func auditLog(of service: String) -> String { "\(auditLogs)/\(service)" }
    /// The signed heads of all of them, and the public keys.
    var auditHeads: String { "\(path)/audit-heads" }
    var operatorKey: String { "\(secrets)/operator-key" }
    var demoPassword: String { "\(secrets)/demo-password" }
    func database(of service: String) -> String { "\(path)/\(service)/\(service).sqlite" }
    func log(of service: String) -> String { "\(path)/logs/\(service).log" }
    /// Where the running stack listens, for the other commands.
    var record: String { "\(path)/stack.json" }
    var lock: String { "\(path)/lock" }

    /// Makes the folders that are missing.
    func prepare(services: [String]) throws {
        for folder in [path, "\(path)/tls", secrets, "\(path)/logs"] + services.map({ "\(path)/\($0)" }) {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        // A folder that was there before may have been made with a wider mode.
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }

    /// - Throws: where the file is missing or is no text.
    func readSecret(_ file: String) throws -> Credential {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return Credential(text.filter { !$0.isWhitespace })
    }
}

extension String {
    /// Without `suffix`, as often as it stands at the end.
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        var rest = self
        while rest.hasSuffix(suffix), rest.count > 1 { rest.removeLast(suffix.count) }
        return rest
    }
}
