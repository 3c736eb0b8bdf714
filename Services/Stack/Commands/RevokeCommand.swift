import ArgumentParser
import Foundation
import Tokens

/// `gatehouse revoke`: takes something back, and shows how long it takes until nobody accepts it any more.
struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke what a user, a session or a client was given, or one token; show when each service refuses.",
        discussion: """
            Verifiers check tokens by themselves; the provider tells them of revocations by signed events. The milliseconds \
            are measured from here: each verifier is asked again and again, from before the revocation is sent.

              gatehouse revoke --user bob
              gatehouse revoke --session 9TZ0m2J3xw4m5bM4mS7qPw
              gatehouse revoke --token - < token.txt
              gatehouse revoke --client report-job

            A user may sign in again, and a client may be given new tokens: `users disable` keeps a user out, \
            `clients rotate-secret` a client whose secret was stolen.

            Exit status: 0 refused everywhere, 1 nothing to revoke, or a service that has not heard of it within 5 s, \
            69 no stack is running.
            """
    )

    @OptionGroup var stack: StackOptions
    @Option(help: "The name of a user: every session and every token of theirs.")
    var user: String?
    @Option(help: "The `sid` of a session: its tokens, of whatever client.")
    var session: String?
    @Option(help: "An access token or its `jti`; - for standard input.")
    var token: String?
    @Option(help: "A client id: every token that it was given, by whomever.")
    var client: String?

    func validate() throws {
        guard [user, session, token, client].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("Name one of --user, --session, --token and --client.")
        }
    }

    func run() async throws {
        guard let order else { return }
        try await stack.withStack { stack in
            let revocation: MeasuredRevocation
            do { revocation = try await stack.revoke(order) } catch let refused as CallRefused
                where refused.status == 404
            {
                Terminal.printError("gatehouse: there is nothing to revoke: no such \(order)")
                throw ExitCode.refused
            }
            revocation.lines.forEach(Terminal.print)
            guard revocation.isComplete else {
                revocation.complaints.forEach(Terminal.printError)
                throw ExitCode.refused
            }
        }
    }

    private var order: RevocationOrder? {
        if let token {
            let text = token == "-" ? readLine(strippingNewline: true) ?? "" : token
            return .token(Credential(text.filter { !$0.isWhitespace }))
        }
        return user.map { .user($0) } ?? session.map { .session($0) } ?? client.map { .client($0) }
    }
}

extension MeasuredRevocation {
    /// What was revoked, and a line for each verifier.
    var lines: [String] {
        let times = delays.map { delay in
            delay.duration.map { $0 == .zero ? "already" : Self.milliseconds($0) } ?? "not yet"
        }
        // To the right, so that the points stand below each other.
        let title = "refuses after"
        let rows = zip(delays, times).map { delay, time -> JSONObject in
            let indent = String(repeating: " ", count: max(0, title.count - time.count))
            return ["verifier": .string(delay.verifier), title: .string(indent + time)]
        }
        return revoked.map { "revoked: \($0["kind"]?.string ?? "") \($0["id"]?.string ?? "")" }
            + TextTable.columns(rows)
    }

    fileprivate var complaints: [String] {
        delays.filter { $0.duration == nil }.map { delay in
            "gatehouse: \(delay.verifier) still accepts it: what it knows of revocations is stale. "
                + "`gatehouse status` shows who is not well."
        }
    }

    /// `3.4 ms`
    static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return String(format: "%.1f ms", Double(seconds) * 1_000 + Double(attoseconds) / 1e15)
    }
}
