import Audit
import Tokens

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension AuditSettings {
    init(reading settings: SettingsReader) throws(SettingsError) {
        let folder = try settings.string("audit.folder")
        let headsFolder = try settings.string("audit.headsFolder")
        guard folder != headsFolder else {
            throw settings.fail(
                "audit.headsFolder",
                "it equals audit.folder: whoever can cut off the log could take the proof away with it",
                fix: "give the heads a folder of their own, best on another volume"
            )
        }
        self.init(
            folder: folder,
            headsFolder: headsFolder,
            headSeconds: try settings.integer("audit.headSeconds", default: 5, in: 1...3_600),
            retentionDays: try settings.integer("audit.retentionDays", default: 90, in: 1...3_650),
            fileBytesMax: try settings.integer(
                "audit.fileBytesMax",
                default: 67_108_864,
                in: 1_048_576...1_073_741_824
            )
        )
    }
}

extension SigningKey {
    /// The key that signs the heads of the audit log, and nothing else.
    init(ofAuditLog settings: SettingsReader) throws(SettingsError) {
        let (name, command) = (
            "audit.signingKeyFile", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "
        )
        let path = try settings.string(name)
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            throw settings.fail(name, "\(path) cannot be read", fix: "make a key: \(command)\(path)")
        }
        do { self = try SigningKey(algorithm: .es256, privateKeyPEM: Credential(text)) } catch {
            throw settings.fail(
                name,
                "\(path) holds no private key of P-256 as PEM",
                fix: "make one: \(command)\(path)"
            )
        }
    }
}
