import ArgumentParser
import Audit
import Tokens

/// `gatehouse why`: one request through all services.
struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract:
            "Tell the whole story of one request: who called whom, with which token, and why it was allowed or not.",
        discussion: """
            Every answer of the house carries the id of its request (its field transaction-id). Alone it tells its holder \
            nothing; here it leads to what each service has written into its audit log. A trace id of 32 hexadecimal digits does as \
            well. The stack need not run.

              gatehouse why 3q2-7wAAAAAAAAAAAAAAAQ
              gatehouse why --json 3q2-7wAAAAAAAAAAAAAAAQ
              gatehouse why -- -q2-7wAAAAAAAAAAAAAAAQ

            Exit status: 0 told, 1 no service knows of that request.
            """
    )

    @OptionGroup var stack: StackOptions
    @Flag(help: "Print the records themselves, one JSON object a line.") var json = false
    @Argument(help: "The id of the request.") var txn: String

    private var transactionID: String {
        TraceContext(traceparent: "00-\(txn)-0000000000000001-01")?.transactionID ?? txn
    }

    func run() async throws {
        try await Terminal.reporting {
            guard TraceContext.isTransactionID(transactionID) else { throw AuditQuestionError.noTransactionID(txn) }
            let entries = try await entries()
            let story = RequestStory(entries.map(\.record))
            let lines = json ? entries.map { JSONWriter.text($0.document) } : StoryLines(story).lines
            lines.forEach(Terminal.print)
        }
    }

    private func entries() async throws -> [AuditEntry] {
        let logs = try AuditLogs(in: stack.folder.auditLogs)
        let entries = try logs.entries(ofRequest: transactionID)
        guard entries.isEmpty else { return entries }
        // Records trail their answers; who asks at once is answered a moment later.
        try await Task.sleep(for: .milliseconds(5 * AuditTiming.trailMillisecondsMax))
        let late = try logs.entries(ofRequest: transactionID)
        guard late.isEmpty else { return late }
        throw AuditQuestionError.requestUnknown(transactionID, folder: logs.folder)
    }
}
