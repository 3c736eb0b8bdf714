import Subprocess
import SystemPackage

/// One service of a stack as one process, from its start to its end.
struct ServiceLaunch: Sendable {
    /// From SIGTERM to SIGKILL.
    private static let stopSecondsMax = 8

    let service: StackService
    let plan: StackPlan
    /// Environment variables beside those of the plan, and before them: `GATEHOUSE_` and a setting, or what the system reads.
    var variables: [String: String] = [:]

    /// Runs the process until it ends; cancelling sends SIGTERM, and after a bound SIGKILL.
    ///
    /// - Parameters:
    ///   - input: its standard input; see `Lifeline`.
    ///   - started: is told the process id.
    func run(
        input: FileDescriptor,
        started: @escaping @Sendable (Int32) throws -> Void
    ) async throws -> TerminationStatus {
        var options = PlatformOptions()
        // A group of its own: Ctrl-C at the terminal reaches the supervisor alone, which then stops the services in order.
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(Self.stopSecondsMax))]
        let variables = plan.variables(of: service).merging(variables) { $1 }.map {
            (Environment.Key(stringLiteral: $0.key), $0.value as String?)
        }
        return try await Subprocess.run(
            .path(FilePath(plan.executable(of: service))),
            environment: .inherit.updating(Dictionary(variables, uniquingKeysWith: { $1 })),
            workingDirectory: FilePath(plan.composeFolder).removingLastComponent(),
            platformOptions: options,
            input: .fileDescriptor(input, closeAfterSpawningProcess: false),
            output: .fileDescriptor(
                ServiceLog.open(plan.folder.log(of: service.name)),
                closeAfterSpawningProcess: true
            ),
            error: .combinedWithOutput
        ) { execution in
            try started(execution.processIdentifier.value)
        }.terminationStatus
    }

    /// How it ended, with what it said last.
    func ended(_ status: TerminationStatus) -> StackError {
        let words =
            switch status {
            case .exited(let code): "ended with exit status \(code)"
            case .signaled(let signal): "was ended by signal \(signal)"
            }
        let lines = ServiceLog.lastLines(plan.folder.log(of: service.name))
        return .serviceEnded(service: service.name, status: words, lastLines: lines)
    }
}
