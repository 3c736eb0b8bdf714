import Foundation
import Testing

@testable import Stack

/// A disk that fails on demand, under the database of one service: see `CBrokenDisk`.
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

    init(in folder: String) throws {
        switchFile = "\(folder)/broken-disk"
        try Data("-".utf8).write(to: URL(filePath: switchFile))
    }

    /// What a service is told that runs on this disk.
    var variables: FaultyStack.Variables {
        ["LD_PRELOAD": "\(StackPlan.folderOfThisExecutable)/libBrokenDisk.so", "BROKEN_DISK": switchFile]
    }

    /// From now on; nil repairs it.
    func set(_ fault: Fault?) throws {
        // In place: the services look at this very file.
        let file = try FileHandle(forUpdating: URL(filePath: switchFile))
        try file.write(contentsOf: Data((fault?.rawValue ?? "-").utf8))
        try file.close()
    }
}
