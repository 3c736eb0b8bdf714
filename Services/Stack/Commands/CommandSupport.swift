import ArgumentParser
import Foundation

extension ExitCode {
    /// Something was refused, or is not as it should be.
    static let refused = ExitCode(1)
    /// EX_UNAVAILABLE of sysexits: there is no stack to speak to.
    static let notRunning = ExitCode(69)
}

/// Which stack is meant.
struct StackOptions: ParsableArguments {
    @Option(help: "The folder in which the stack keeps its certificates, secrets, databases and logs.")
    var dataFolder = ".gatehouse"

    var folder: DataFolder { DataFolder(dataFolder) }

    /// Runs `body` with the stack that `up` keeps running; says what is wrong, and ends with its exit status, where there is none.
    @discardableResult
    func withStack<Result>(_ body: (RunningStack) async throws -> Result) async throws -> Result {
        try await Terminal.reporting { try await RunningStack.withStack(on: folder, body) }
    }
}

/// Where the executables and the settings files are; found by themselves in a checkout.
struct InstallationOptions: ParsableArguments {
    @Option(help: "The folder with the executables of the services. Default: where this one is.")
    var binFolder: String?
    @Option(help: "The folder with settings/<service>.yaml. Default: compose, here or above the executables.")
    var composeFolder: String?

    func plan(folder: DataFolder, environment: StackEnvironment, ports: StackPorts) throws -> StackPlan {
        try StackPlan(
            folder: folder,
            environment: environment,
            ports: ports,
            binFolder: binFolder.map(absolute),
            composeFolder: composeFolder.map(absolute)
        )
    }

    private func absolute(_ path: String) -> String {
        URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
    }
}

enum Terminal {
    static func print(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
    static func printError(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Turns what stops a command into one clear message and its exit status.
    static func reporting<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch let error as StackError {
            printError("gatehouse: \(error)")
            if case .notRunning = error { throw ExitCode.notRunning }
            throw ExitCode.refused
        } catch let error as AuditQuestionError {
            printError("gatehouse: \(error)")
            throw ExitCode.refused
        } catch let refused as CallRefused {
            printError("gatehouse: \(refused)")
            throw ExitCode.refused
        }
    }
}

extension String {
    /// Filled up with spaces to `width` characters; longer text stays as it is.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
