import Foundation
import Subprocess
import SystemPackage
import Testing

@testable import Stack

/// `gatehouse up` as a process: however it ends, nothing that it started stays.
@Suite("gatehouse up", .timeLimit(.minutes(2))) struct SupervisionTests {
    private let folder = TemporaryStack.folder()

    /// Starts `up`, waits until its services run, sends it `signal` and waits until every one of them has ended.
    private func end(by signal: Signal) async throws -> (status: TerminationStatus, output: String) {
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let folder = folder
        let result = try await Subprocess.run(
            .path(FilePath(Program.path("gatehouse"))),
            arguments: ["up", "--free-ports", "--data-folder", folder.path],
            input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            var output = ""
            for try await line in execution.standardOutput.strings() {
                output += line
                guard line.hasPrefix("Ready.") else { continue }
                let services = try StackRecord.read(from: folder).services.compactMap(\.processID)
                #expect(services.count == StackService.all.count)
                let ends = try services.map { try ProcessEnd(of: $0) }
                try execution.send(signal: signal)
                for end in ends { await end.wait() }
            }
            return output
        }
        return (result.terminationStatus, result.closureResult)
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
