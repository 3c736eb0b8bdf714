import Foundation
import Tokens

/// The secrets of one stack, generated at the first start; the repository holds none.
enum Secrets {
    /// Makes those that are missing: one key-encryption key per issuer, the operator key, the demo password, one key per audit log.
    ///
    /// An existing one is never replaced: the keys sealed under it would be lost.
    static func prepare(
        in folder: DataFolder,
        issuers: [String],
        services: [String] = StackService.all.map(\.name)
    ) throws {
        let files = issuers.map(folder.keyEncryptionKey) + [folder.operatorKey, folder.demoPassword]
        for file in files where !FileManager.default.fileExists(atPath: file) {
            // 256 bits each, also the password: people copy it, nobody remembers it.
            try PrivateFile.write(Credential.random(byteCount: 32).exposed + "\n", to: file)
        }
        for file in services.map(folder.auditKey) where !FileManager.default.fileExists(atPath: file) {
            try PrivateFile.write(SigningKey.generate(.es256).exposePrivateKeyPEM().exposed, to: file)
        }
    }
}
