import Foundation
import Subprocess
import Synchronization
import Testing
import Tokens

@testable import Stack

/// The services of a stack, each a process that a test can kill, and start again, otherwise if it likes, while the others run.
///
/// (The supervisor of `gatehouse up` ends the whole stack when one of them ends; here that is what we want to look at.)
final class FaultyStack: Sendable {
    /// Environment variables, by their whole names: `GATEHOUSE_…` for a setting.
    typealias Variables = [String: String]

    let plan: StackPlan
    /// The same stack as clients see it.
    let running: RunningStack
    private let lifeline: Lifeline
    private let variables: @Sendable (StackService, StackPlan) -> Variables
    private let runs = Mutex<[String: ServiceRun]>([:])
    private let secondsAhead = Mutex<[String: Int64]>([:])

    /// Starts `services`, runs `body` when they are ready, and ends every process, whatever has happened.
    ///
    /// - Parameter variables: what a service is told at every start.
    static func run(
        _ services: [StackService] = StackService.all,
        variables: @escaping @Sendable (StackService, StackPlan) -> Variables = { _, _ in [:] },
        _ body: (FaultyStack) async throws -> Void
    ) async throws {
        let folder = DataFolder(
            FileManager.default.temporaryDirectory.appending(path: "gatehouse-faults-\(UUID().uuidString)")
                .path(percentEncoded: false)
        )
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let stack = try FaultyStack(folder, variables)
        do {
            for service in services { try await stack.launch(service) }
            for service in services { try await stack.waitUntilReady(service) }
            try await body(stack)
        } catch {
            await stack.end()
            throw error
        }
        await stack.end()
        try stack.checkLogs()
    }

    private init(_ folder: DataFolder, _ variables: @escaping @Sendable (StackService, StackPlan) -> Variables) throws {
        plan = try StackPlan(folder: folder, environment: .test, ports: .free()).telling(
            CrowdLimits.variables
        )
        self.variables = variables
        try folder.prepare(services: StackService.all.map(\.name))
        try plan.check()
        try DevelopmentCertificates(in: folder, now: Date()).prepare(for: StackService.all.map(\.name))
        try Secrets.prepare(in: folder, issuers: StackService.all.filter(\.isIssuer).map(\.name))
        lifeline = try Lifeline()
        let record = StackRecord(
            environment: plan.environment,
            supervisor: getpid(),
            services: StackService.all.map { [ports = plan.ports] service in
                let (port, operationsPort) = (ports.port(of: service), ports.operationsPort(of: service))
                return StackRecord.Entry(name: service.name, port: port, operationsPort: operationsPort)
            }
        )
        // As many connections as a test wants: what a crowd of clients would have.
        let client = try StackClient(trusting: folder, connectionsMax: 128)
        running = RunningStack(folder: folder, record: record, client: client)
    }

    /// Starts a service that does not run, and waits until it is ready.
    ///
    /// - Parameter variables: what it is told this time, beside what it is told at every start.
    /// - Throws: `StackError.serviceEnded` with its last words where it ends instead.
    func start(_ service: StackService, with variables: Variables = [:]) async throws {
        try await launch(service, with: variables)
        try await waitUntilReady(service)
    }

    /// Starts a service that does not run, and does not wait for it.
    func launch(_ service: StackService, with variables: Variables = [:]) async throws {
        let launch = ServiceLaunch(
            service: service,
            plan: plan,
            variables: self.variables(service, plan).merging(variables) { $1 }
        )
        let run = try await ServiceRun.start(launch, input: lifeline.readEnd)
        runs.withLock { $0[service.name] = run }
    }

    /// `kill -9`; the process has ended when this returns.
    func kill(_ service: StackService) async throws { _ = try await end(service, by: .kill) }

    /// SIGTERM, as every supervisor of processes sends it.
    ///
    /// - Gives: how the process has ended.
    func stop(_ service: StackService) async throws -> TerminationStatus { try await end(service, by: .terminate) }

    /// Sends SIGTERM and does not wait.
    func beginStop(_ service: StackService) throws { try run(of: service).send(.terminate) }

    /// Waits until a service ends by itself.
    func end(of service: StackService) async throws -> TerminationStatus { try await run(of: service).end() }

    /// Moves the clock of one service, which keeps its distance through restarts.
    func advance(_ service: StackService, bySeconds seconds: Int64) async throws {
        try await running.advance([service], bySeconds: seconds)
        secondsAhead.withLock { $0[service.name, default: 0] += seconds }
    }

    /// Waits until a service says that it is ready.
    func waitUntilReady(_ service: StackService) async throws {
        let run = try run(of: service)
        let deadline = ContinuousClock.now + .seconds(Supervisor.readySecondsMax)
        while ContinuousClock.now < deadline {
            let answer = try? await running.client.send(Call(url: "\(running.operations(of: service))/ready"))
            if answer?.status == 200 { return try await restoreClock(of: service) }
            guard run.isRunning else {
                throw try await ServiceLaunch(service: service, plan: plan).ended(run.end())
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw StackError.notReady(services: [service.name], waitedSeconds: Supervisor.readySecondsMax, reasons: [])
    }

    private func restoreClock(of service: StackService) async throws {
        let seconds = secondsAhead.withLock { $0[service.name] ?? 0 }
        if seconds > 0 { try await running.advance([service], bySeconds: seconds) }
    }

    private func run(of service: StackService) throws -> ServiceRun {
        try #require(runs.withLock { $0[service.name] }, "\(service.name) was started")
    }

    private func end(_ service: StackService, by signal: Signal) async throws -> TerminationStatus {
        let run = try run(of: service)
        run.send(signal)
        return try await run.end()
    }

    private func end() async {
        await running.client.shutdown()
        let all = runs.withLock { Array($0.values) }
        for run in all { run.send(.kill) }
        for run in all { _ = try? await run.end() }
    }

    /// What a service says in an emergency is read by many: no token, no password and no key may stand in it either.
    private func checkLogs() throws {
        // `{"alg":` and `{"typ":`, as every token begins; beside them some of what went over the wire.
        let tokens = ["eyJhbGciOi", "eyJ0eXAiOi"] + running.client.seenCredentials.prefix(100).map(\.exposed)
        for service in StackService.all {
            let log = FileManager.default.contents(atPath: plan.folder.log(of: service.name)) ?? Data()
            #expect(!tokens.contains { log.range(of: Data($0.utf8)) != nil }, "\(service.name) logged a credential")
        }
    }
}
