import Audit
import Logging
import Tokens

/// What every service is told: where it listens, with which certificate, in which environment.
struct CommonSettings: Sendable {
    let environment: Environment
    let host: String
    let port: Int
    let operationsHost: String
    let operationsPort: Int
    let tls: TLSFiles
    let operatorKey: Credential
    let logLevel: Logger.Level
    /// Of the public listener.
    let connectionsMax: Int
    let limits: LimitSettings
    var audit: AuditSettings
    let auditKey: SigningKey
    /// Where spans are posted; nil where nobody collects them.
    let tracingEndpoint: String?
}

extension CommonSettings {
    /// - Parameter openFilesMax: what the system allows this process.
    init(reading settings: SettingsReader, openFilesMax: Int = OpenFiles.limit) throws(SettingsError) {
        environment = try settings.choice("environment", default: .production)
        host = try settings.string("host", default: "127.0.0.1")
        port = Int(try settings.integer("port", in: 1...65_535))
        operationsHost = try settings.string("operations.host", default: "127.0.0.1")
        operationsPort = Int(try settings.integer("operations.port", in: 1...65_535))
        guard operationsPort != port else {
            throw settings.fail("operations.port", "it equals port", fix: "give the operations listener its own port")
        }
        // The operations listener speaks plain HTTP and can rotate keys: it never faces the world.
        guard operationsHost != "0.0.0.0", operationsHost != "::" else {
            throw settings.fail(
                "operations.host",
                "it would listen on every interface",
                fix: "use 127.0.0.1, or the address of a cluster-internal interface"
            )
        }
        tls = TLSFiles(
            certificate: try settings.file("tls.certificateFile"),
            privateKey: try settings.file("tls.privateKeyFile"),
            trustRoots: try settings.file("tls.trustRootsFile")
        )
        operatorKey = try settings.secret("operations.operatorKeyFile")
        logLevel = try settings.choice("logLevel", default: .info)
        limits = try LimitSettings(reading: settings)
        audit = try AuditSettings(reading: settings)
        auditKey = try SigningKey(ofAuditLog: settings)
        tracingEndpoint = try settings.optionalURL("tracing.endpoint")
        connectionsMax = Int(try settings.integer("limits.connectionsMax", default: 2_048, in: 1...100_000))
        // Without a file for it a connection is not accepted, and the database and the operations listener get none either.
        guard connectionsMax + OpenFiles.reservedCount <= openFilesMax else {
            throw settings.fail(
                "limits.connectionsMax",
                "this process may open \(openFilesMax) files, \(OpenFiles.reservedCount) of which it needs for itself",
                fix: "raise the hard limit (ulimit -Hn, LimitNOFILE=), or allow fewer connections"
            )
        }
    }
}

/// Paths of PEM files: who this service is, and whom it believes.
public struct TLSFiles: Sendable {
    public let certificate: String
    public let privateKey: String
    /// The certification authority of the house, and only that one: no public authority can vouch for a service here.
    public let trustRoots: String

    public init(certificate: String, privateKey: String, trustRoots: String) {
        self.certificate = certificate
        self.privateKey = privateKey
        self.trustRoots = trustRoots
    }
}
