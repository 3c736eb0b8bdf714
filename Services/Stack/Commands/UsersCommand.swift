import ArgumentParser
import Tokens

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "The people who can sign in.",
        discussion: """
              gatehouse users add bob
              gatehouse users password bob
              gatehouse users roles bob --role admin
              gatehouse users disable bob
              gatehouse users enable bob
            """,
        subcommands: [Add.self, Password.self, Roles.self, Disable.self, Enable.self]
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

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a user another password: every session ends.",
            discussion: """
                Without --password-from-input a password is made and shown once.

                  gatehouse users password bob
                  gatehouse users password bob --password-from-input < password.txt
                """
        )
        @OptionGroup var stack: StackOptions
        @Flag(help: "Read the password from the first line of standard input.") var passwordFromInput = false
        @Argument(help: "The name to sign in with.") var name: String

        func run() async throws {
            var change: JSONObject = ["username": .string(name)]
            if passwordFromInput { change["password"] = .string(readLine(strippingNewline: true) ?? "") }
            let answer = try await UsersCommand.change(name, "password", change, "a password for \(name)", stack)
            Terminal.print("username: \(name)")
            if let password = answer.json?["password"]?.string { Terminal.print("password: \(password)") }
        }
    }

    struct Roles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a user other roles: sessions go on, tokens with the roles of before end.",
            discussion: """
                What is named replaces all the roles that the user has.

                  gatehouse users roles bob --role admin
                  gatehouse users roles bob --none
                """
        )
        @OptionGroup var stack: StackOptions
        @Option(help: "A role, such as admin; may be repeated.") var role: [String] = []
        @Flag(help: "Take all roles away.") var none = false
        @Argument(help: "The name to sign in with.") var name: String

        func validate() throws {
            guard role.isEmpty == none else { throw ValidationError("Name a --role, or say --none.") }
        }

        func run() async throws {
            let change: JSONObject = ["username": .string(name), "roles": .array(role.map { .string($0) })]
            _ = try await UsersCommand.change(name, "roles", change, "the roles of \(name)", stack)
            Terminal.print("roles of \(name): \(role.isEmpty ? "none" : role.joined(separator: " "))")
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
        _ = try await change(name, verb, ["username": .string(name)], "to \(verb) \(name)", stack)
        Terminal.print("\(verb)d: \(name)")
    }

    /// `POST /ops/users/<path>`; a name that nobody has ends the command.
    private static func change(
        _ name: String,
        _ path: String,
        _ body: JSONObject,
        _ request: String,
        _ stack: StackOptions
    ) async throws -> Answer {
        try await stack.withStack { stack in
            let answer = try await stack.operate("POST", "users/\(path)", on: .identityProvider, body)
            guard answer.status != 404 else {
                Terminal.printError("gatehouse: there is no user \(name)")
                throw ExitCode.refused
            }
            return try answer.requireSuccess(request)
        }
    }
}
