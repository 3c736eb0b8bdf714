import ArgumentParser
import Tokens

struct SuspensionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspensions",
        abstract: "What the identity provider has ended by itself, because somebody seemed to hold a stolen token.",
        discussion: """
            A spent refresh token or code that comes back, a bound token that is tried without its key: the provider cannot \
            know who of two is the thief, and ends what both hold. Who knows better can give it back.

              gatehouse suspensions list
              gatehouse suspensions lift 9TZ0m2J3xw4m5bM4mS7qPw
            """,
        subcommands: [List.self, Lift.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the newest hundred, and who came with what.",
            discussion: "`gatehouse why <txn>` tells the whole story of the request that led to one."
        )
        @OptionGroup var stack: StackOptions

        func run() async throws {
            try await stack.withStack { stack in
                let suspensions = try await stack.suspensions()
                guard !suspensions.isEmpty else { return Terminal.print("Nothing was suspended.") }
                let rows = suspensions.map { SuspensionsCommand.row($0, now: stack.clock.now()) }
                TextTable.blocks(rows, title: "id").forEach(Terminal.print)
            }
        }
    }

    struct Lift: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give back what a suspension has ended.",
            discussion: """
                Sessions and refresh tokens go on, unless they have expired or something else has ended them too. Access tokens \
                stay dead: clients fetch others. And the one family in which somebody was noticed stays ended, as two hold its \
                refresh tokens: its user signs in again. --including-family gives it back as well.
                """
        )
        @OptionGroup var stack: StackOptions
        @Argument(help: "The id of the suspension.") var id: String
        @Flag(help: "Give back the family too that was in two hands: there was no thief.") var includingFamily = false

        func run() async throws {
            try await stack.withStack { stack in
                let answer = try await stack.liftSuspension(id, includingFamily: includingFamily)
                guard answer.status != 404, answer.status != 409 else {
                    let problem =
                        answer.status == 404
                        ? "there is no suspension \(id)"
                        : "\(id) is lifted already, or has ended nothing but the family in two hands (--including-family)"
                    Terminal.printError("gatehouse: \(problem)")
                    throw ExitCode.refused
                }
                let restored = try answer.requireSuccess("lifting the suspension \(id)").json
                Terminal.print("lifted: \(id)")
                Terminal.print("sessions: \(restored?["sessions"]?.integer ?? 0)")
                Terminal.print("families: \(restored?["families"]?.integer ?? 0)")
                if !includingFamily { Terminal.print("not the family that was in two hands: its user signs in again") }
            }
        }
    }

    /// A suspension as people read it: ages instead of dates.
    private static func row(_ suspension: JSONObject, now: NumericDate) -> JSONObject {
        var row = suspension
        for name in ["at", "liftedAt"] {
            guard let seconds = suspension[name]?.integer else { continue }
            let age = KeyTimeline.readable(seconds: max(0, now.seconds(since: NumericDate(seconds))))
            row[name] = .string("\(age) ago")
        }
        return row
    }
}
