import ArgumentParser
import Foundation

/// Five services in a temporary folder, in the test environment; they and the folder are gone afterwards.
enum ThrowAwayStack {
    static func run(
        _ installation: InstallationOptions,
        _ body: @escaping @Sendable (RunningStack) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await Terminal.reporting {
            let plan = try installation.plan(
                folder: DataFolder(folder.path(percentEncoded: false)),
                environment: .test,
                ports: .free()
            ).telling(CrowdLimits.variables)
            Terminal.print("Starting five services in \(plan.folder.path)")
            let outcome = try await Interruption.race { try await Supervisor(plan: plan).run(body) }
            // What was not walked to its end has shown nothing.
            if outcome == .interrupted { throw ExitCode.refused }
        }
    }
}
