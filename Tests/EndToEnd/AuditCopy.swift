import Foundation

@testable import Stack

/// The audit logs of a stack and their heads at one moment, in a folder of their own, for whoever wants to tamper with them.
struct AuditCopy {
    let folder: String

    init(of stack: RunningStack) throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "gatehouse-audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        // The heads first: they tell of records that are there by then.
        for (from, name) in [(stack.folder.auditHeads, "heads"), (stack.folder.auditLogs, "audit")] {
            try FileManager.default.copyItem(atPath: from, toPath: copy.appending(path: name).path)
        }
        folder = copy.path
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func heads(of service: StackService) -> String { "\(folder)/heads/\(service.name).heads" }

    /// The files of one log, the oldest first.
    func logs(of service: StackService) throws -> [String] {
        let log = "\(folder)/audit/\(service.name)"
        let names = try FileManager.default.contentsOfDirectory(atPath: log).filter { $0.hasSuffix(".jsonl") }
        return names.sorted().map { "\(log)/\($0)" }
    }

    /// Changes the lines of one file.
    func change<Result>(_ file: String, _ change: (inout [String]) throws -> Result) throws -> Result {
        var lines = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n")
        let result = try change(&lines)
        try lines.joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
        return result
    }

    /// `gatehouse audit verify`.
    func verify() async throws -> Program.Outcome {
        try await Program.gatehouse(["audit", "verify", "--heads", "\(folder)/heads", "\(folder)/audit"])
    }
}
