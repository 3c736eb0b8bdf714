import Foundation
import Subprocess
import SystemPackage
import Testing

@testable import Stack

/// `gatehouse up` as a process: however it ends, nothing that it started stays.
@Suite("gatehouse up") struct SupervisionTests {
    private let folder = TemporaryStack.folder()

    /// Starts `up`, waits until its services run, sends it `signal` and waits until everything is gone.
    private func end(by signal: Signal) async throws -> (status: TerminationStatus, output: String) {
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let folder = folder
        let result = try await Subprocess.run(
            .path(FilePath(Program.path("gatehouse"))),
            arguments: ["up", "--free-ports", "--data-folder", folder.path],
            input: .none,
            output: .string(limit: 1 << 20),
            error: .combinedWithOutput
        ) { execution in
            let isUp = try await Program.waits(secondsMax: Supervisor.readySecondsMax) {
                FileManager.default.fileExists(atPath: folder.record)
            }
            #expect(isUp)
            let services = try StackRecord.read(from: folder).services.compactMap(\.processID)
            #expect(services.count == StackService.all.count)
            try execution.send(signal: signal)
            let isGone = try await Program.waits(secondsMax: 20) { services.allSatisfy { kill($0, 0) == -1 } }
            #expect(isGone, "every service ends with its supervisor")
        }
        return (result.terminationStatus, result.standardOutput)
    }

    @Test func `ends cleanly on SIGTERM, and its services with it`() async throws {
        let ended = try await end(by: .terminate)
        #expect(ended.status == .exited(0))
        #expect(ended.output.contains("Stopped."))
    }

    @Test func `killed without a chance to clean up, it still leaves no process behind`() async throws {
        let ended = try await end(by: .kill)
        #expect(ended.status == .signaled(SIGKILL))
    }
}
