import ArgumentParser
import Audit
import Tokens

/// `gatehouse audit verify`: whether the logs are all there, and as they were written.
struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that no record was edited, inserted, removed, moved or cut off; name the first that was.",
        discussion: """
            Each record carries a hash over itself and all before it, and every few seconds the service signs the newest one. The \
            services may go on writing meanwhile.

            Heads and public keys lie in one folder. Who can write there, and to the logs, can write all of it anew and sign it with \
            a key of his own: then all is well here, but for the thumbprint of the key, which each line shows. So copy them away: \
            --keys and --heads name where to.

              gatehouse audit verify
              gatehouse audit verify --service orders-api
              gatehouse audit verify --keys /mnt/elsewhere/keys
              gatehouse audit verify --heads /mnt/elsewhere/audit-heads /mnt/backup/audit

            Exit status: 0 everything is as it was written, 1 it is not, or there is nothing to verify.
            """
    )

    @OptionGroup var stack: StackOptions
    @Option(help: "The folder with the signed heads and the public keys. Default: audit-heads in the data folder.")
    var heads: String?
    @Option(help: "The folder with a copy of the public keys, <service>.keys.json. Default: where the heads are.")
    var keys: String?
    @Option(help: "The one service whose log to verify.") var service: String?
    @Argument(help: "The folder with the logs. Default: audit in the data folder.") var folder: String?

    func run() async throws {
        try await Terminal.reporting {
            let logs = try logs()
            guard !logs.isEmpty else { throw AuditQuestionError.noLogs(folder: logsFolder) }
            var findings: [String] = []
            for log in logs {
                let report = try await AuditVerifier(folder: log.folder, headsFolder: headsFolder, keysFolder: keys)
                    .verify(service: log.service)
                Terminal.print(report.line)
                if let finding = report.finding { findings.append("gatehouse: \(log.service): \(finding.told)") }
            }
            findings.forEach(Terminal.printError)
            if !findings.isEmpty { throw ExitCode.refused }
        }
    }

    private var logsFolder: String { folder ?? stack.folder.auditLogs }
    private var headsFolder: String { heads ?? stack.folder.auditHeads }

    /// Those that are there, and those that should be: of a log that was taken away as a whole at most the heads are left.
    private func logs() throws -> [AuditLogs.Log] {
        let present = (try? AuditLogs(in: logsFolder))?.logs ?? []
        return try (present + gone(beside: present)).filter { service == nil || service == $0.service }
            .sorted { $0.service < $1.service }
    }

    private func gone(beside present: [AuditLogs.Log]) throws -> [AuditLogs.Log] {
        let signed = try AuditVerifier.signedServices(in: headsFolder)
        // A folder that somebody names may hold the log of one service; that of the stack holds all of them.
        if folder != nil, present.count == 1, present[0].folder == logsFolder { return [] }
        if present.isEmpty, signed.isEmpty { return [] }
        let expected = folder == nil ? StackService.all.map(\.name) : []
        return Set(signed + expected).subtracting(present.map(\.service)).map { name in
            AuditLogs.Log(service: name, folder: "\(logsFolder)/\(name)")
        }
    }
}

extension AuditReport {
    /// `✓ orders-api   31 records in 1 file · signed up to 31 · closed`
    var line: String {
        let records =
            "\(recordCount) record\(recordCount == 1 ? "" : "s") in \(fileCount) file\(fileCount == 1 ? "" : "s")"
        var facts = [finding == nil ? records : "\(records) as they were written, then \(finding?.kind.rawValue ?? "")"]
        if let lastHead {
            facts.append("signed up to \(lastHead.lastSequence)\(lastHead.isClosed ? ", closed" : "")")
        }
        if let lastKey { facts.append("key \(lastKey.text)") }
        if uncoveredCount > 0 { facts.append("\(uncoveredCount) not signed yet, of the last \(uncoveredSeconds) s") }
        if halfLineBytes > 0 { facts.append("half a record at the end, which was promised to nobody") }
        return "\(finding == nil ? "✓" : "✗") \(service.padded(to: 18)) \(facts.joined(separator: " · "))"
    }
}

extension AuditFinding {
    /// Where, and in words what.
    var told: String {
        let place = [file.legible(lengthMax: 300), line.map { "line \($0)" }, sequence.map { "record \($0)" }]
        return "\(place.compactMap { $0 }.joined(separator: ", ")): \(kind.explanation)"
    }
}

extension AuditFinding.Kind {
    var explanation: String {
        switch self {
        case .edited: "edited. The line is not what was written."
        case .inserted: "inserted. The service has not written this line here."
        case .appended: "appended. The service had stopped before this record, and has not written it."
        case .removed: "removed. A record is missing before this one."
        case .reordered: "reordered. The records stand in another order than they were written in."
        case .tailCutOff: "cut off. A signed head says that there were more records."
        case .fileMissing: "a file is missing, and it was not removed by its age."
        case .rewritten: "rewritten. The chain is whole, and another one than was signed."
        case .headsMissing: "no signed heads. Without them nobody can say that all of it was not written anew."
        case .headNotSigned: "a head that none of the known keys has signed."
        }
    }
}
