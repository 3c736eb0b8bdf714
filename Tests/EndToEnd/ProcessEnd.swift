import CProcessDescriptor
import Dispatch
import Foundation
import Testing

/// The end of a process that somebody else has started: an event to wait for, also when the number is given to another process.
struct ProcessEnd: Sendable {
    private let descriptor: Int32

    /// - Parameter process: one that runs now.
    init(of process: pid_t) throws {
        descriptor = process_descriptor(process)
        try #require(descriptor >= 0, "process \(process) runs")
    }

    func wait() async {
        // A process descriptor becomes readable when its process ends.
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        await withCheckedContinuation { continuation in
            source.setEventHandler { source.cancel() }
            source.setCancelHandler {
                close(descriptor)
                continuation.resume()
            }
            source.activate()
        }
    }
}
