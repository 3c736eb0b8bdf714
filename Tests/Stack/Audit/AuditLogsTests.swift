import ArgumentParser
import Audit
import Foundation
import Logging
import Testing
import Tokens

@testable import Stack

@Suite("gatehouse audit, on files") struct AuditLogsTests {
    private let scratch: ScratchFolder
    private var folder: DataFolder { scratch.folder }

    /// The records of an order, each in the log of its service, signed and closed, and a log without a record of every other service.
    init() async throws {
        scratch = try ScratchFolder()
        for service in StackService.all.map(\.name) {
            let log = try await AuditLog.open(
                AuditSettings(
                    folder: scratch.folder.auditLog(of: service),
                    headsFolder: scratch.folder.auditHeads
                ),
                service: service,
                key: .generate(.es256),
                clock: SystemClock(),
                logger: Logger(label: "test")
            )
            for record in StoryRecords.order where record.service == service { try await log.recordDurably(record) }
            await log.close()
        }
    }

    private func path(_ service: String) -> String { "\(folder.auditLog(of: service))/\(service)-000000000001.jsonl" }

    private func verify(_ arguments: String...) async throws {
        let command = try AuditVerifyCommand.parse(["--data-folder", folder.path] + arguments)
        try await command.run()
    }

    @Test func `a request is put together out of the logs of all services, in the order in which they were asked`()
        throws
    {
        let entries = try AuditLogs(in: folder.auditLogs).entries(ofRequest: StoryRecords.transactionID)
        #expect(entries.map(\.record) == StoryRecords.order.reversed().sorted { $0.startedAt < $1.startedAt })
        #expect(entries.map(\.record.service) == OrderOnBehalf.services)
        #expect(try AuditLogs(in: folder.auditLogs).entries(ofRequest: "AAAAAAAAAAAAAAAAAAAAAA").isEmpty)
    }

    @Test func `a folder without a log is no answer`() throws {
        #expect(throws: AuditQuestionError.noLogs(folder: folder.secrets)) { _ = try AuditLogs(in: folder.secrets) }
    }

    @Test func `the options of a search are its filter`() throws {
        let options = try AuditFilterOptions.parse([
            "--txn=3q2-7wAAAAAAAAAAAAAAAQ", "--user", "5f0c2d91", "--client", "orders-api", "--event", "tokenExchange",
            "--outcome", "denied", "--reason", "audienceNotAllowed", "--service", "token-exchange", "--since", "1h",
            "--until", "2026-11-21", "--token", "c8Vd20Lq5fff",
        ])
        var filter = AuditFilter()
        filter.transactionID = StoryRecords.transactionID
        (filter.subject, filter.clientID, filter.tokenID) = ("5f0c2d91", "orders-api", "c8Vd20Lq5fff")
        (filter.event, filter.outcome, filter.reason) = (.tokenExchange, .denied, .refusal(.audienceNotAllowed))
        (filter.service, filter.since, filter.until) = ("token-exchange", 0, StoryRecords.start - 77_243_000)
        #expect(options.filter(now: 3_600_000) == filter)
        #expect(try AuditFilterOptions.parse([]).filter() == AuditFilter())
    }

    @Test func `what comes has no past: follow knows the conditions of a search, and no dates`() throws {
        #expect(try AuditCommand.Follow.parse(["--outcome", "denied"]).conditions.filter.outcome == .denied)
        #expect(throws: (any Error).self) { try AuditCommand.Follow.parse(["--since", "1h"]) }
    }

    @Test(arguments: [["--reason", "nonsense"], ["--event", "x"], ["--outcome", "maybe"], ["--since", "yesterday"]])
    func `what is no filter is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try AuditFilterOptions.parse(arguments) }
    }

    // MARK: Verifying

    @Test func `logs as they were written are verified, also one of them, and wherever they lie`() async throws {
        try await verify()
        try await verify("--service", "orders-api")
        try await verify("--heads", folder.auditHeads, folder.auditLog(of: "users-api"))
        let report = try await AuditVerifier(folder: folder.auditLog(of: "gateway"), headsFolder: folder.auditHeads)
            .verify(service: "gateway")
        let key = try #require(report.lastKey).text
        #expect(report.line == "✓ gateway            1 record in 1 file · signed up to 1, closed · key \(key)")
    }

    @Test func `one byte of one record ends it, and the finding names the record`() async throws {
        let text = try scratch.text(path("orders-api"))
        try text.replacing("POST", with: "GOST").write(toFile: path("orders-api"), atomically: true, encoding: .utf8)
        await #expect(throws: ExitCode.refused) { try await verify() }
        try await verify("--service", "users-api")
        let report = try await AuditVerifier(folder: folder.auditLog(of: "orders-api"), headsFolder: folder.auditHeads)
            .verify(service: "orders-api")
        #expect(
            report.finding?.told == "\(path("orders-api")), line 1, record 1: edited. The line is not what was written."
        )
        #expect(report.line.hasPrefix("✗ orders-api"))
    }

    @Test(arguments: [[], ["--service", "gateway"]])
    func `a log that was taken away as a whole is missed, also together with its heads`(
        arguments: [String]
    ) async throws {
        let command = try AuditVerifyCommand.parse(["--data-folder", folder.path] + arguments)
        try await command.run()
        try FileManager.default.removeItem(atPath: folder.auditLog(of: "gateway"))
        await #expect(throws: ExitCode.refused) { try await command.run() }
        try FileManager.default.removeItem(atPath: "\(folder.auditHeads)/gateway.heads")
        await #expect(throws: ExitCode.refused) { try await command.run() }
    }

    @Test func `one log that is left is not all of them`() async throws {
        for service in StackService.all.dropFirst() {
            try FileManager.default.removeItem(atPath: folder.auditLog(of: service.name))
        }
        await #expect(throws: ExitCode.refused) { try await verify() }
    }

    @Test func `keys that are kept elsewhere are believed instead of those beside the heads`() async throws {
        let kept = "\(folder.path)/kept"
        try FileManager.default.copyItem(atPath: folder.auditHeads, toPath: kept)
        try await verify("--keys", kept)
        try FileManager.default.removeItem(atPath: "\(kept)/gateway.keys.json")
        try FileManager.default.copyItem(
            atPath: "\(folder.auditHeads)/users-api.keys.json",
            toPath: "\(kept)/gateway.keys.json"
        )
        await #expect(throws: ExitCode.refused) { try await verify("--keys", kept) }
    }

    @Test func `nothing to verify is no good news`() async throws {
        await #expect(throws: ExitCode.refused) { try await verify("--service", "nobody") }
        await #expect(throws: ExitCode.refused) { try await verify("--heads", folder.secrets, folder.secrets) }
    }
}
