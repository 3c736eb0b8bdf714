import Foundation
import Subprocess
import SystemPackage

@testable import Stack

/// Runs an executable of the house, as a person at a terminal does.
enum Program {
    struct Outcome: Sendable {
        /// -1 where a signal ended it.
        let status: Int32
        let output: String
        let error: String
    }

    static func gatehouse(_ arguments: [String], input: String = "") async throws -> Outcome {
        try await run("gatehouse", arguments, environment: .inherit, input: input)
    }

    /// - Parameter variables: all that the process has; nothing is inherited.
    static func service(_ service: StackService, _ variables: [String: String]) async throws -> Outcome {
        let pairs = variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        let environment = Environment.custom(Dictionary(pairs, uniquingKeysWith: { $1 }))
        return try await run(service.name, [], environment: environment, input: "")
    }

    private static func run(
        _ name: String,
        _ arguments: [String],
        environment: Environment,
        input: String
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(path(name))),
            arguments: Arguments(arguments),
            environment: environment,
            workingDirectory: FilePath(NSTemporaryDirectory()),
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return Outcome(status: status, output: result.standardOutput, error: result.standardError)
    }

    static func path(_ name: String) -> String { "\(StackPlan.folderOfThisExecutable)/\(name)" }
}
