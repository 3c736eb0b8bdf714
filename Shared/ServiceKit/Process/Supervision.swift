import Foundation

/// Ends a service whose supervisor is gone, also one that was killed without a chance to say so.
///
/// `gatehouse up` sets `GATEHOUSE_SUPERVISED=1` and gives each service the reading end of a pipe as standard input. Nobody writes to it;
/// it ends when the supervisor does. (Without the variable standard input means nothing: a service under systemd has none.)
enum Supervision {
    /// Above the 6 s of a graceful shutdown (`ServiceDoors`).
    private static let shutdownSecondsMax: UInt32 = 8

    static func endWithSupervisor() {
        guard ProcessInfo.processInfo.environment["GATEHOUSE_SUPERVISED"] == "1" else { return }
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while read(STDIN_FILENO, &byte, 1) > 0 {}
            // The graceful way first: requests are answered, the database is closed.
            kill(getpid(), SIGTERM)
            sleep(shutdownSecondsMax)
            _exit(1)
        }
    }
}
