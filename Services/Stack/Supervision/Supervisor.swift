import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Starts the five services, lends them to `body`, and stops them: none of them outlives the call, however it ends.
///
/// Each service is a child task that is over when its process is. That makes supervision a matter of structured concurrency: the
/// first task to end decides, cancelling the others sends SIGTERM, and after a bound SIGKILL (`swift-subprocess` does both).
struct Supervisor: Sendable {
    static let readySecondsMax = 60

    let plan: StackPlan

    /// - Throws: `StackError` when the stack cannot start or a service ends by itself; what `body` throws.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (RunningStack) async throws -> Result
    ) async throws -> Result {
        try plan.folder.prepare(services: StackService.all.map(\.name))
        let lock = try FolderLock.acquire(plan.folder)
        try plan.check()
        try DevelopmentCertificates(in: plan.folder, now: Date()).prepare(for: StackService.all.map(\.name))
        try Secrets.prepare(in: plan.folder, issuers: StackService.all.filter(\.isIssuer).map(\.name))
        let lifeline = try Lifeline()
        let input = lifeline.readEnd
        let started = StartedProcesses()
        defer {
            unlink(plan.folder.record)
            // A value that cannot be copied ends with its last use: this is it, when no service is left.
            _ = lifeline.readEnd
            _ = lock
        }
        return try await withThrowingTaskGroup(of: Outcome<Result>.self) { group in
            for service in StackService.all {
                group.addTask {
                    let launch = ServiceLaunch(service: service, plan: plan)
                    return .ended(service, try await launch.run(input: input) { started.add(service.name, $0) })
                }
            }
            group.addTask { .finished(try await lend(started, to: body)) }
            defer { group.cancelAll() }
            switch try await group.next() {
            case .finished(let result): return result
            case .ended(let service, let status): throw ServiceLaunch(service: service, plan: plan).ended(status)
            case nil: throw CancellationError()
            }
        }
    }

    private enum Outcome<Result: Sendable>: Sendable {
        case ended(StackService, TerminationStatus)
        case finished(Result)
    }

    private func lend<Result: Sendable>(
        _ started: StartedProcesses,
        to body: @Sendable (RunningStack) async throws -> Result
    ) async throws -> Result {
        let client = try StackClient(trusting: plan.folder)
        do {
            try await Readiness(plan: plan, client: client).wait()
            let record = started.record(of: plan)
            try record.write(to: plan.folder)
            let result = try await body(RunningStack(folder: plan.folder, record: record, client: client))
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

}

/// The process ids of what has been started so far.
private final class StartedProcesses: Sendable {
    private let processIDs = Mutex<[String: Int32]>([:])

    func add(_ service: String, _ processID: Int32) { processIDs.withLock { $0[service] = processID } }

    func record(of plan: StackPlan) -> StackRecord {
        let processIDs = processIDs.withLock { $0 }
        return StackRecord(
            environment: plan.environment,
            supervisor: getpid(),
            services: StackService.all.map {
                StackRecord.Entry(
                    name: $0.name,
                    port: plan.ports.port(of: $0),
                    operationsPort: plan.ports.operationsPort(of: $0),
                    processID: processIDs[$0.name]
                )
            }
        )
    }
}
