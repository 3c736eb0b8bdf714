import Foundation

/// The files of this repository, for tests that hold pages and sources to each other.
public enum Repository {
    /// One file that is text.
    public struct File: Sendable {
        /// Without its folder.
        public let name: String
        public let text: String
    }

    /// A file by its path from where `Package.swift` is.
    public static func file(_ path: String) throws -> File { try read(folder.appending(path: path)) }

    /// The files below a folder whose names end in one of `extensions`, in the order of their paths.
    public static func files(below path: String, _ extensions: Set<String>) throws -> [File] {
        let paths = FileManager.default.enumerator(at: folder.appending(path: path), includingPropertiesForKeys: nil)
        guard let paths else { throw CocoaError(.fileNoSuchFile) }
        return try paths.compactMap { $0 as? URL }.filter { extensions.contains($0.pathExtension) }
            .sorted { $0.path < $1.path }.map(read)
    }

    private static func read(_ path: URL) throws -> File {
        File(name: path.lastPathComponent, text: try String(contentsOf: path, encoding: .utf8))
    }

    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath().appending(path: "../../..")
        .standardized
}
