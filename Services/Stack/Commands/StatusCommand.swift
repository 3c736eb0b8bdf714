import ArgumentParser
import Tokens

/// `gatehouse status`: who answers, who does not, and how those are who do.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Show each service of the running stack: ready or not, what it waits for, what it did, and what smells.",
        discussion: """
            Below each service stand a few figures since it started, and a verdict: "well", or what smells and the command that \
            shows more. The rules are those of compose/prometheus/alerts.yml, as far as one look can tell.

            Exit status: 0 all ready, 1 one is not, 69 no stack is running.
            """
    )

    @OptionGroup var stack: StackOptions

    func run() async throws {
        try await stack.withStack { stack in
            var isAllReady = true
            for service in StackService.all {
                let answer = try? await stack.client.send(Call(url: "\(stack.operations(of: service))/ready"))
                let isReady = answer?.status == 200
                isAllReady = isAllReady && isReady
                let reason =
                    answer.map { $0.json?["waitingFor"]?.string ?? "answers \($0.status)" } ?? "does not answer"
                let process = stack.entry(of: service)?.processID.map { "process \($0)" } ?? ""
                Terminal.print(
                    "\(isReady ? "✓" : "✗") \(service.name.padded(to: 18)) \(stack.address(of: service))  \(process)"
                        + (isReady ? await Self.news(of: service, in: stack) : "  \(reason)")
                )
                for line in await Self.health(of: service, in: stack) { Terminal.print("    \(line)") }
            }
            if !isAllReady { throw ExitCode.refused }
        }
    }

    /// When a service last heard all of its issuers; empty for the provider, which hears nobody.
    private static func news(of service: StackService, in stack: RunningStack) async -> String {
        // Asked all the same, it would write down a request for what is not there.
        guard !service.needs.isEmpty else { return "" }
        let answer = try? await stack.operate("GET", "revocations", on: service)
        let feeds = answer?.json?["feeds"]?.array ?? []
        let age = feeds.compactMap { $0.object?["ageSeconds"]?.integer }.max()
        return age.map { "  revocations heard \($0) s ago" } ?? ""
    }

    /// What its own figures say; empty where it does not answer.
    private static func health(of service: StackService, in stack: RunningStack) async -> [String] {
        guard let answer = try? await stack.client.send(Call(url: "\(stack.operations(of: service))/metrics")),
            answer.status == 200
        else { return [] }
        do { return TokenHealth(try MetricsPage(reading: String(decoding: answer.body, as: UTF8.self))).lines } catch {
            return ["! its figures cannot be read: line \(error.line) of /metrics"]
        }
    }
}
