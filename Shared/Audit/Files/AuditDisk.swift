import Foundation
import SystemPackage

/// What the log asks of a disk. A port, so that a test can count the flushes, and let the disk be full.
protocol AuditDisk: Sendable {
    /// A file to append to, made where it is missing, its name durable; readable by its owner alone.
    func open(_ path: String) throws -> any AppendedFile
    func remove(_ path: String) throws
    func rename(_ path: String, to new: String) throws
    /// Puts a file in the place of another, whole or not at all.
    func replace(_ path: String, with bytes: [UInt8]) throws
}

/// A file that grows at its end. Used by one thread.
protocol AppendedFile: AnyObject {
    func write(_ bytes: [UInt8]) throws
    /// Comes back when everything written is on the disk.
    func flush() throws
    func cut(toBytes length: Int64) throws
    func close()
}

struct SystemDisk: AuditDisk {
    func open(_ path: String) throws -> any AppendedFile {
        let isNew = !FileManager.default.fileExists(atPath: path)
        let descriptor = try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .append, .closeOnExec],
            permissions: .ownerReadWrite
        )
        // After a power cut a file is there only if its folder was flushed as well.
        if isNew { try flushFolder(of: path) }
        return SystemFile(descriptor: descriptor)
    }

    func remove(_ path: String) throws {
        guard unlink(path) == 0 else { throw Errno(rawValue: errno) }
        try flushFolder(of: path)
    }

    func rename(_ path: String, to new: String) throws {
        guard Foundation.rename(path, new) == 0 else { throw Errno(rawValue: errno) }
        try flushFolder(of: new)
    }

    func replace(_ path: String, with bytes: [UInt8]) throws {
        let new = path + ".new"
        unlink(new)
        let file = try open(new)
        defer { file.close() }
        try file.write(bytes)
        try file.flush()
        try rename(new, to: path)
    }

    private func flushFolder(of path: String) throws {
        let folder = try FileDescriptor.open(FilePath(path).removingLastComponent(), .readOnly, options: .closeOnExec)
        try folder.closeAfter { try folder.flush() }
    }
}

private final class SystemFile: AppendedFile {
    private let descriptor: FileDescriptor

    init(descriptor: FileDescriptor) { self.descriptor = descriptor }

    /// In one call to the system, where it takes all of it.
    func write(_ bytes: [UInt8]) throws { _ = try descriptor.writeAll(bytes) }

    func flush() throws { try descriptor.flush() }

    func cut(toBytes length: Int64) throws { try descriptor.resize(to: length) }

    func close() { try? descriptor.close() }
}

extension FileDescriptor {
    fileprivate func flush() throws {
        #if os(Linux)
            let status = fsync(rawValue)
        #else
            // On macOS fsync stops at the drive's cache; this goes through it.
            let status = fcntl(rawValue, F_FULLFSYNC)
        #endif
        guard status == 0 else { throw Errno(rawValue: errno) }
    }
}
