import Foundation
import Testing

@testable import Stack

/// A disk that fails on demand, under some of the files of a service: see `CBrokenDisk`.
struct BrokenDisk: Sendable {
    enum Fault: String, Sendable, CaseIterable {
        /// ENOSPC.
        case full = "f"
        /// EROFS, as after the kernel has found an error in the file system.
        case readOnly = "r"
        /// What was written cannot be made durable: `fsync` fails with EIO.
        case unsynced = "s"
    }

    private let switchFile: String
    private let paths: String

    /// - Parameter paths: what the path of every file on this disk has in it.
    init(in folder: String, holding paths: String) throws {
        switchFile = "\(folder)/broken-disk"
        self.paths = paths
        try Data("-".utf8).write(to: URL(filePath: switchFile))
    }

    /// What a service is told that runs on this disk.
    var variables: FaultyStack.Variables {
        [
            "LD_PRELOAD": "\(StackPlan.folderOfThisExecutable)/libBrokenDisk.so", "BROKEN_DISK": switchFile,
            "BROKEN_DISK_PATHS": paths,
        ]
    }

    /// From now on; nil repairs it.
    func set(_ fault: Fault?) throws {
        // In place: the services look at this very file.
        let file = try FileHandle(forUpdating: URL(filePath: switchFile))
        try file.write(contentsOf: Data((fault?.rawValue ?? "-").utf8))
        try file.close()
    }
}

extension FaultyStack {
    /// Starts all services, those named on one disk that fails on demand.
    ///
    /// - Parameter paths: what the path of every file on that disk has in it.
    static func run(
        onBrokenDisk services: [StackService],
        holding paths: String,
        _ body: (FaultyStack, BrokenDisk) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "broken-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let disk = try BrokenDisk(in: folder.path(percentEncoded: false), holding: paths)
        let names = Set(services.map(\.name))
        try await run(variables: { service, _ in names.contains(service.name) ? disk.variables : [:] }) { stack in
            try await body(stack, disk)
        }
    }
}
