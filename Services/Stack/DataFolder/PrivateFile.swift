import Foundation
import SystemPackage

/// Writes files that only their owner may read, whole or not at all.
enum PrivateFile {
    /// Puts `bytes` at `path`, replacing what stands there.
    ///
    /// The text goes into a new file of mode 0600 beside it first, then takes its name in one step: nobody ever reads half
    /// a key, and no moment passes in which the file is readable to others.
    static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        let temporary = "\(path).\(UInt64.random(in: .min ... .max)).new"
        let file = try FileDescriptor.open(
            FilePath(temporary),
            .writeOnly,
            options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: .ownerReadWrite
        )
        do {
            try file.closeAfter { _ = try file.writeAll(bytes) }
            guard rename(temporary, path) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    static func write(_ text: String, to path: String) throws { try write(text.utf8, to: path) }
}
