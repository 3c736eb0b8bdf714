import Foundation

/// Keeps a second process from writing into the same log: two chains in one file are a broken one. The lock ends with its process,
/// however that ends.
struct AuditFolderLock: Sendable {
    private let descriptor: Int32

    /// Makes the folder where it is missing: mode 0700.
    ///
    /// - Throws: `cannotOpen`, `inUse`.
    init(_ folder: String, service: String) throws(AuditLogFailure) {
        try Self.makeFolder(folder)
        let path = "\(folder)/\(service).lock"
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: folder, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            _ = close(descriptor)
            throw .inUse(path: folder)
        }
    }

    static func makeFolder(_ path: String) throws(AuditLogFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch { throw .cannotOpen(path: path, reason: "the folder cannot be made") }
    }

    /// Said and not only closed: a program that somebody else starts in this moment holds a copy of the descriptor until it runs.
    func release() {
        _ = flock(descriptor, LOCK_UN)
        _ = close(descriptor)
    }
}
