import Foundation
import SystemPackage

/// What a service writes to standard output and error, in one file per service.
enum ServiceLog {
    /// An empty log to write to; the one of the run before is kept beside it, older ones are not.
    static func open(_ path: String) throws -> FileDescriptor {
        rename(path, path + ".previous")
        return try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .truncate, .append, .closeOnExec],
            permissions: .ownerReadWrite
        )
    }

    /// What a service said last, for whoever has to see why it ended.
    static func lastLines(_ path: String, countMax: Int = 8) -> [String] {
        let text = (FileManager.default.contents(atPath: path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let lines = text.split(separator: "\n").suffix(countMax).map(String.init)
        return lines.isEmpty ? ["(it is empty: \(path))"] : lines
    }
}
