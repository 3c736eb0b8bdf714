import Foundation
import SystemPackage

/// A pipe that nobody writes to: the services read from it, and its end is how they learn that the supervisor is gone.
///
/// However the supervisor ends, `kill -9` included, the kernel closes the writing end; a service that was told
/// `GATEHOUSE_SUPERVISED=1` then ends itself. No process is ever left behind.
struct Lifeline: ~Copyable {
    /// The standard input of every service.
    let readEnd: FileDescriptor
    private let writeEnd: FileDescriptor

    init() throws {
        // Close-on-exec: inherited by one service, the writing end would keep the others alive for ever.
        #if os(Linux)
            (readEnd, writeEnd) = try FileDescriptor.pipe(options: .closeOnExec)
        #else
            (readEnd, writeEnd) = try FileDescriptor.pipe()
            for end in [readEnd, writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
        #endif
    }

    deinit {
        try? readEnd.close()
        try? writeEnd.close()
    }
}
