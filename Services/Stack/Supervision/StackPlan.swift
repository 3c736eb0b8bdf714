import Foundation

/// Everything that is decided before the first process starts: where, on which ports, with which executables and settings.
struct StackPlan: Sendable {
    let folder: DataFolder
    let environment: StackEnvironment
    let ports: StackPorts
    /// Where the executables are.
    let binFolder: String
    /// Holds `settings/<service>.yaml` and what else an operator edits; services run in the folder around it, because the
    /// paths in those files start there.
    let composeFolder: String
    /// The environment that the services inherit.
    let inherited: [String: String]
    /// What every service is told beside that, without the prefix `GATEHOUSE_`.
    private(set) var added: [String: String] = [:]

    init(
        folder: DataFolder,
        environment: StackEnvironment,
        ports: StackPorts,
        binFolder: String? = nil,
        composeFolder: String? = nil,
        inherited: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.folder = folder
        self.environment = environment
        self.ports = ports
        self.binFolder = binFolder ?? Self.folderOfThisExecutable
        self.inherited = inherited
        self.composeFolder = try composeFolder ?? Self.findComposeFolder()
    }

    func address(of service: StackService) -> String { "https://localhost:\(ports.port(of: service))" }
    func executable(of service: StackService) -> String { "\(binFolder)/\(service.name)" }

    /// The same plan, and more that every service is told.
    func telling(_ variables: [String: String]) -> StackPlan {
        var plan = self
        plan.added.merge(variables) { $1 }
        return plan
    }

    /// The whole environment that is set for one service, beside what it inherits.
    func variables(of service: StackService) -> [String: String] {
        var variables = service.variables(self)
        variables["ENVIRONMENT"] = environment.rawValue
        variables["HOST"] = "127.0.0.1"
        variables["PORT"] = String(ports.port(of: service))
        variables["OPERATIONS_HOST"] = "127.0.0.1"
        variables["OPERATIONS_PORT"] = String(ports.operationsPort(of: service))
        variables["OPERATIONS_OPERATOR_KEY_FILE"] = folder.operatorKey
        variables["TLS_CERTIFICATE_FILE"] = folder.certificate(of: service.name)
        variables["TLS_PRIVATE_KEY_FILE"] = folder.privateKey(of: service.name)
        variables["TLS_TRUST_ROOTS_FILE"] = folder.authority
        variables["DATABASE_FILE"] = folder.database(of: service.name)
        variables["AUDIT_FOLDER"] = folder.auditLog(of: service.name)
        variables["AUDIT_HEADS_FOLDER"] = folder.auditHeads
        variables["AUDIT_SIGNING_KEY_FILE"] = folder.auditKey(of: service.name)
        variables["SETTINGS_FILE"] = "\(composeFolder)/settings/\(service.name).yaml"
        // It then ends when its standard input does: see `Lifeline`.
        variables["SUPERVISED"] = "1"
        variables.merge(added) { $1 }
        return Dictionary(variables.map { ("GATEHOUSE_\($0.key)", $0.value) }, uniquingKeysWith: { $1 })
    }

    /// - Throws: `executableMissing`, `portOccupied`: what is cheaper to find out before five processes run.
    func check() throws {
        for service in StackService.all {
            let path = executable(of: service)
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw StackError.executableMissing(path: path)
            }
            let listeners = [
                (ports.port(of: service), "its TLS port"), (ports.operationsPort(of: service), "its operations port"),
            ]
            for (port, purpose) in listeners where !StackPorts.isFree(port) {
                throw StackError.portOccupied(port: port, service: service.name, purpose: purpose)
            }
        }
    }

    /// The executables of the services lie beside this one; so do the tests' when they run.
    static var folderOfThisExecutable: String {
        #if os(Linux)
            let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        #else
            // In a test bundle the executable is three folders deeper than the products.
            let path =
                Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
                ?? URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        #endif
        return path.deletingLastPathComponent().path(percentEncoded: false)
    }

    /// `compose` in the working directory or in a folder above the executable: a checkout works from anywhere inside and outside it.
    private static func findComposeFolder() throws -> String {
        var folders = [URL(filePath: FileManager.default.currentDirectoryPath)]
        var folder = URL(filePath: folderOfThisExecutable)
        while folder.pathComponents.count > 1 {
            folders.append(folder)
            folder.deleteLastPathComponent()
        }
        let candidates = folders.map { $0.appending(path: "compose").path(percentEncoded: false) }
        guard let found = candidates.first(where: { FileManager.default.fileExists(atPath: "\($0)/settings") }) else {
            throw StackError.settingsMissing(searched: folders[0].path(percentEncoded: false))
        }
        return found
    }
}
