import CProcessDescriptor
import Foundation
import Subprocess
import SystemPackage

@testable import Stack

/// One process of a stack, from its start to its end.
///
/// It is held by its descriptor and not by its number: a signal cannot reach a process that was given the number afterwards.
final class ServiceRun: Sendable {
    private let descriptor: Int32
    private let status: Task<TerminationStatus, any Error>

    private init(descriptor: Int32, status: Task<TerminationStatus, any Error>) {
        self.descriptor = descriptor
        self.status = status
    }

    deinit { close(descriptor) }

    /// - Throws: where the process cannot be started.
    static func start(_ launch: ServiceLaunch, input: FileDescriptor) async throws -> ServiceRun {
        let (descriptors, started) = AsyncStream.makeStream(of: Int32.self)
        let status = Task {
            defer { started.finish() }
            return try await launch.run(input: input) { started.yield(process_descriptor($0)) }
        }
        for await descriptor in descriptors { return ServiceRun(descriptor: descriptor, status: status) }
        throw try await launch.ended(status.value)
    }

    var isRunning: Bool { process_signal(descriptor, 0) == 0 }

    /// Does nothing to a process that has ended.
    func send(_ signal: Signal) { _ = process_signal(descriptor, signal.rawValue) }

    /// Waits until it has ended.
    func end() async throws -> TerminationStatus { try await status.value }
}
