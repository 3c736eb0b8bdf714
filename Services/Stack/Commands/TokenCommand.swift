import ArgumentParser
import Tokens

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Take a token apart.",
        subcommands: [InspectCommand.self]
    )

    /// `gatehouse token inspect`: what a token says, and whether any of it is true.
    struct InspectCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect",
            abstract: "Decode a token, and check it with the running stack's keys, one check a line.",
            discussion: """
                The checks are those of every service, from the same code. A token on the command line can be seen by other \
                users of this machine and stays in the shell's history; `-` reads it from standard input.

                  gatehouse token inspect - < token.txt
                  gatehouse token inspect --audience https://users.gatehouse.local <token>

                Exit status: 0 valid, 1 refused, 69 no stack is running.
                """
        )

        @OptionGroup var stack: StackOptions
        @Option(
            help:
                "Check as the service with this audience would. Default: the token's own, where it is one of the stack's."
        )
        var audience: String?
        @Option(help: "Check as if this service had presented its certificate, for tokens that are bound to one.")
        var certificateOf: String?
        @Argument(help: "The token, or - for standard input.")
        var token: String

        func run() async throws {
            let text = token == "-" ? readLine(strippingNewline: true) ?? "" : token
            try await stack.withStack { stack in
                let inspection = TokenInspection(stack: stack, audience: audience, certificateOf: certificateOf)
                let lines = try await inspection.inspect(Credential(text.filter { !$0.isWhitespace }))
                lines.text.forEach(Terminal.print)
                if !lines.isValid { throw ExitCode.refused }
            }
        }
    }
}
