import ArgumentParser

/// gatehouse: starts and watches the five services; shows, tests and explains them.
@main struct Gatehouse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "A whole token system on this machine: start it, walk through it, take its tokens apart.",
        discussion: """
            Start with the tour: it runs five real services in a temporary folder, places an order on a user's behalf, and \
            shows every token on the way.

              gatehouse tour
              gatehouse attack
              gatehouse up
              gatehouse token inspect <token>
              gatehouse revoke --user <name>
              gatehouse why <transaction id>
              gatehouse audit verify

            Exit status: 0 fine, 1 refused or failed, 64 wrong usage, 69 no stack is running.
            """,
        subcommands: [
            UpCommand.self, StatusCommand.self, TourCommand.self, AttackCommand.self, TokenCommand.self,
            KeysCommand.self, ClientsCommand.self, UsersCommand.self, RevokeCommand.self,
            WhyCommand.self, AuditCommand.self, SuspensionsCommand.self,
        ]
    )
}
