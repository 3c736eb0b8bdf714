import Foundation

@testable import Stack

/// A data folder for one test; gone with it.
final class ScratchFolder: Sendable {
    let folder: DataFolder

    init() throws {
        folder = DataFolder(
            FileManager.default.temporaryDirectory.appending(path: "gatehouse-test-\(UUID().uuidString)")
                .path(percentEncoded: false)
        )
        try folder.prepare(services: StackService.all.map(\.name))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.path) }

    func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    func mode(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
    }
}
