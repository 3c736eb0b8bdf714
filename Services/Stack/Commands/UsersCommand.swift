import ArgumentParser
import Tokens

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "The people who can sign in.",
        discussion: """
              gatehouse users add bob
              gatehouse users disable bob
              gatehouse users enable bob
            """,
        subcommands: [Add.self, Disable.self, Enable.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user.",
            discussion: """
                Without --password-from-input a password is made and shown once.

                  gatehouse users add bob
                  gatehouse users add carol --role admin --password-from-input < password.txt
                """
        )
        @OptionGroup var stack: StackOptions
        @Option(help: "A role, such as admin; may be repeated.") var role: [String] = []
        @Flag(help: "Read the password from the first line of standard input.") var passwordFromInput = false
        @Argument(help: "The name to sign in with.") var name: String

        func run() async throws {
            let given = passwordFromInput ? readLine(strippingNewline: true).map { Credential($0) } : nil
            let password = given ?? Credential.random(byteCount: 18)
            try await stack.withStack { stack in
                guard try await stack.addUser(name, password: password, roles: role) else {
                    Terminal.printError("gatehouse: there is a user \(name) already")
                    throw ExitCode.refused
                }
                Terminal.print("username: \(name)")
                if given == nil { Terminal.print("password: \(password.exposed)") }
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a user out of use: every session ends, nobody signs in under the name."
        )
        @OptionGroup var stack: StackOptions
        @Argument(help: "The name to sign in with.") var name: String

        func run() async throws { try await UsersCommand.change(name, "disable", stack) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a disabled user sign in again.")
        @OptionGroup var stack: StackOptions
        @Argument(help: "The name to sign in with.") var name: String

        func run() async throws { try await UsersCommand.change(name, "enable", stack) }
    }

    private static func change(_ name: String, _ verb: String, _ stack: StackOptions) async throws {
        try await stack.withStack { stack in
            let answer = try await stack.operate(
                "POST",
                "users/\(verb)",
                on: .identityProvider,
                ["username": .string(name)]
            )
            guard answer.status != 404 else {
                Terminal.printError("gatehouse: there is no user \(name)")
                throw ExitCode.refused
            }
            try answer.requireSuccess("to \(verb) \(name)")
            Terminal.print("\(verb)d: \(name)")
        }
    }
}
