import ArgumentParser

/// `gatehouse tour`: the scenarios, told while they happen.
struct TourCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tour",
        abstract: "Walk through what tokens do here, on five real services in a temporary folder.",
        discussion: """
            Nine short stories: what each request carried, what was narrowed, what was refused and why. The services run in \
            the test environment, so that time can be moved; they and their folder are gone afterwards. The same code runs as \
            the end-to-end tests.

              gatehouse tour
              gatehouse tour --only 3

            Exit status: 0 everything was as told, 1 it was not.
            """
    )

    @OptionGroup var installation: InstallationOptions
    @Option(help: "The number of the one scenario to run.")
    var only: Int?

    func validate() throws {
        if let only, !Tour.scenarios.contains(where: { $0.number == only }) {
            throw ValidationError("There is no scenario \(only); there are 1 to \(Tour.scenarios.count).")
        }
    }

    func run() async throws {
        let only = only
        try await ThrowAwayStack.run(installation) { try await Self.walk(on: $0, only: only) }
    }

    private static func walk(on stack: RunningStack, only: Int?) async throws {
        let story = Story { Terminal.print($0) }
        Terminal.print("Tokens, keys and passwords are shown as fingerprints: [1a2b3c4d].")
        for scenario in Tour.scenarios where only == nil || scenario.number == only {
            Terminal.print("\n\(scenario.number). \(scenario.title)\n")
            do { try await scenario.init().run(on: stack, telling: story) } catch  where !Task.isCancelled {
                Terminal.printError("\n✗ scenario \(scenario.number): \(error)")
                throw ExitCode.refused
            }
            Terminal.print("  ✓ as told")
        }
    }
}
