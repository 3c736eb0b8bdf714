import ArgumentParser
import Foundation

/// `gatehouse attack`: the gallery, fired at every service.
struct AttackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attack",
        abstract: "Fire every known attack at five real services in a temporary folder.",
        discussion: """
            Each attack says what it would gain, what is sent, what the service answers, and the exact reason that it writes \
            into its audit log, once. The services run in the test environment, so that time can be moved; they and their folder are gone \
            afterwards. The same table runs as end-to-end tests.

              gatehouse attack
              gatehouse attack --group key-confusion
              gatehouse attack --list

            Exit status: 0 everything was refused for its own reason, 1 something was not.
            """
    )

    @OptionGroup var installation: InstallationOptions
    @Option(help: "The name of the one group to fire; --list shows them.")
    var group: String?
    @Flag(help: "Print what each attack would gain, and fire none.")
    var list = false

    func validate() throws {
        if let group, AttackGallery.group(named: group) == nil {
            let names = AttackGallery.groups.map(\.name).joined(separator: ", ")
            throw ValidationError("There is no group \(group); there are \(names).")
        }
    }

    func run() async throws {
        let groups = AttackGallery.groups.filter { group == nil || $0.name == group }
        if list { return groups.flatMap(\.listing).forEach(Terminal.print) }
        try await ThrowAwayStack.run(installation) { try await Self.fire(groups, at: $0) }
    }

    private static func fire(_ groups: [AttackGroup], at stack: RunningStack) async throws {
        var outcomes: [Outcome] = []
        for group in groups {
            Terminal.print("\n\(group.title)\n")
            outcomes += try await group.fire(on: stack, telling: Story { Terminal.print($0) })
        }
        let summary = AttackSummary(attackCount: groups.reduce(0) { $0 + $1.attacks.count }, outcomes: outcomes)
        summary.lines.forEach(Terminal.print)
        if !summary.failures.isEmpty { throw ExitCode.refused }
    }
}

extension AttackGroup {
    fileprivate var title: String { "\(name): \(hope)" }

    fileprivate var listing: [String] {
        ["\(title) (\(attacks.count))"] + attacks.map { "  \($0.name.padded(to: 48)) \($0.gain)" } + [""]
    }
}
