import ArgumentParser
import Audit
import Tokens

/// `gatehouse audit`: what the services have written down about their decisions, and whether it is still what they wrote.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "The audit logs: every decision of every service, allowed and denied alike.",
        discussion: """
            The logs are files in the data folder; the stack need not run.

              gatehouse audit verify
              gatehouse audit search --outcome denied --since 1h
              gatehouse audit follow --reason refreshTokenReused
              gatehouse audit export --since 2026-11-21 > records.jsonl
              gatehouse audit reasons
            """,
        subcommands: [AuditVerifyCommand.self, Search.self, Follow.self, Export.self, Reasons.self]
    )

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the records that fit, the oldest first, one line each.",
            discussion: """
                `gatehouse why` tells the whole story of the request that a line names.

                  gatehouse audit search --outcome denied --since 1h
                  gatehouse audit search --reason refreshTokenReused --json
                  gatehouse audit search --txn=3q2-7wAAAAAAAAAAAAAAAQ --service orders-api

                Exit status: 0 something was found, 1 nothing was.
                """
        )
        @OptionGroup var stack: StackOptions
        @OptionGroup var filter: AuditFilterOptions
        @Flag(help: "Print the records themselves, one JSON object a line.") var json = false

        func run() async throws {
            try await Terminal.reporting {
                let entries = try AuditLogs(in: stack.folder.auditLogs).entries(filter.filter())
                guard !entries.isEmpty else { throw AuditQuestionError.noSuchRecord }
                if !json { Terminal.print(RecordLine.heading) }
                for entry in entries {
                    Terminal.print(json ? JSONWriter.text(entry.document) : RecordLine.text(entry.record))
                }
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the records that fit to standard output as JSON lines, for a SIEM.",
            discussion: """
                Service by service, each from its oldest record on, with its number and its hash.

                  gatehouse audit export > records.jsonl
                  gatehouse audit export --service orders-api --since 1d

                Exit status: 0 something was found, 1 nothing was.
                """
        )
        @OptionGroup var stack: StackOptions
        @OptionGroup var filter: AuditFilterOptions

        func run() async throws {
            try await Terminal.reporting {
                var isFound = false
                try AuditLogs(in: stack.folder.auditLogs).forEach(filter.filter()) { entry in
                    isFound = true
                    Terminal.print(JSONWriter.text(entry.document))
                }
                if !isFound { throw AuditQuestionError.noSuchRecord }
            }
        }
    }

    struct Follow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the records that fit as they come, one line each, until Ctrl-C.",
            discussion: """
                  gatehouse audit follow
                  gatehouse audit follow --outcome denied

                Exit status: 0.
                """
        )
        @OptionGroup var stack: StackOptions
        @OptionGroup var conditions: AuditConditionOptions
        @Flag(help: "Print the records themselves, one JSON object a line.") var json = false

        func run() async throws {
            let (folder, filter, json) = (stack.folder, conditions.filter, json)
            try await Interruption.race {
                // Those of services that have not written yet as well.
                var followers = try StackService.all.map { service in
                    try AuditFollower(folder: folder.auditLog(of: service.name), service: service.name)
                }
                while !Task.isCancelled {
                    let entries = try followers.indices.flatMap { try followers[$0].poll() }
                    for entry in entries.sorted(by: { $0.record.time < $1.record.time })
                    where filter.matches(entry.record) {
                        Terminal.print(json ? JSONWriter.text(entry.document) : RecordLine.text(entry.record))
                    }
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
        }
    }

    struct Reasons: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every reason that a record can have, and what it means."
        )

        func run() {
            for reason in AuditReason.all { Terminal.print("\(reason.name.padded(to: 30)) \(reason.explanation)") }
        }
    }
}
