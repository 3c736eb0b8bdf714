import Foundation
import Subprocess
import SystemPackage
import TestKit
import Testing

/// Prometheus' own judge of metrics and rules.
enum Promtool {
    struct Verdict: Sendable {
        let isGood: Bool
        /// What it has said, on both streams.
        let text: String
    }

    static func run(_ arguments: [String], input: String = "") async throws -> Verdict {
        let path = try #require(PrometheusPrograms.path("promtool"), "run Scripts/prometheus")
        let result = try await Subprocess.run(
            .path(FilePath(path)),
            arguments: Arguments(arguments),
            workingDirectory: FilePath("\(PrometheusPrograms.root)compose/prometheus"),
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        return Verdict(
            isGood: result.terminationStatus.isSuccess,
            text: result.standardOutput + result.standardError
        )
    }
}
