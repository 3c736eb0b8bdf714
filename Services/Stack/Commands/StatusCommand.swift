import ArgumentParser
import Tokens

/// `gatehouse status`: who answers, who does not.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Show each service of the running stack: ready or not, what it waits for, how old its news of revocations is.",
        discussion: "Exit status: 0 all ready, 1 one is not, 69 no stack is running."
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
            }
            if !isAllReady { throw ExitCode.refused }
        }
    }

    /// When a service last heard all of its issuers; empty for the provider, which hears nobody.
    private static func news(of service: StackService, in stack: RunningStack) async -> String {
        let answer = try? await stack.operate("GET", "revocations", on: service)
        let feeds = answer?.json?["feeds"]?.array ?? []
        let age = feeds.compactMap { $0.object?["ageSeconds"]?.integer }.max()
        return age.map { "  revocations heard \($0) s ago" } ?? ""
    }
}
