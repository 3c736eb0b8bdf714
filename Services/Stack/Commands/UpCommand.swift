import ArgumentParser
import Tokens

/// `gatehouse up`: the five services, until Ctrl-C.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the five services and keep them running until Ctrl-C.",
        discussion: """
            The first start makes a development certification authority, certificates, keys and a demo user in the data \
            folder; later starts find them there. Nothing outside the folder is touched.

              gatehouse up
              gatehouse up --free-ports --data-folder /tmp/second-stack
            """
    )

    @OptionGroup var stack: StackOptions
    @OptionGroup var installation: InstallationOptions
    @Option(help: "development, or test: there the clock can be moved.")
    var environment: StackEnvironment = .development
    @Flag(help: "Take ports that are free instead of 8440 to 8444 and 9440 to 9444.")
    var freePorts = false

    func run() async throws {
        try await Terminal.reporting {
            let plan = try installation.plan(
                folder: stack.folder,
                environment: environment,
                ports: freePorts ? .free() : .standard
            )
            Terminal.print("Starting five services; their logs are in \(plan.folder.path)/logs")
            let supervisor = Supervisor(plan: plan)
            try await Interruption.race {
                try await supervisor.run { stack in
                    try await DemoUser.prepare(on: stack)
                    try Self.greet(stack)
                    // Until somebody stops us; a century will do.
                    try await Task.sleep(for: .seconds(36_500 * 86_400))
                }
            }
            Terminal.print("Stopped.")
        }
    }

    private static func greet(_ stack: RunningStack) throws {
        let password = try stack.folder.readSecret(stack.folder.demoPassword)
        for service in StackService.all {
            let name = service.name.padded(to: 18)
            Terminal.print("  ✓ \(name) \(stack.address(of: service))   operations \(stack.operations(of: service))")
        }
        Terminal.print(
            """

            Sign in as \(DemoUser.name) with password \(password.exposed)
            Trust only here: --cacert \(stack.folder.authority)
            Ready. Ctrl-C stops everything.
            """
        )
    }
}

extension StackEnvironment: ExpressibleByArgument {}
