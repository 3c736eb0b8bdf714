import Foundation
import SystemPackage

/// Held by the one `up` that runs on a data folder; the kernel lets go of it however that process ends.
struct FolderLock: ~Copyable {
    private let file: FileDescriptor

    /// - Throws: `StackError.alreadyRunning` while another holds it.
    static func acquire(_ folder: DataFolder) throws -> FolderLock {
        let file = try open(folder)
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            try? file.close()
            throw StackError.alreadyRunning(folder: folder.path)
        }
        return FolderLock(file: file)
    }

    private init(file: FileDescriptor) { self.file = file }

    deinit { try? file.close() }

    /// Whether a stack runs on `folder` at this moment. Unlike a file with a process id in it, this cannot be stale.
    static func isHeld(_ folder: DataFolder) -> Bool {
        guard FileManager.default.fileExists(atPath: folder.lock), let file = try? open(folder) else { return false }
        defer { try? file.close() }
        return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0
    }

    private static func open(_ folder: DataFolder) throws -> FileDescriptor {
        // Close-on-exec: a service that inherited the descriptor would hold the lock after its supervisor is gone.
        try FileDescriptor.open(
            FilePath(folder.lock),
            .readWrite,
            options: [.create, .closeOnExec],
            permissions: .ownerReadWrite
        )
    }
}
