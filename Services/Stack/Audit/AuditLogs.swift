import Audit
import Foundation

/// The audit logs of a stack: those that lie in a folder, and in the folders in it.
struct AuditLogs: Sendable {
    struct Log: Sendable, Equatable {
        let service: String
        let folder: String
    }

    /// More are not sorted in memory; an export writes them down as they come.
    static let entriesMax = 50_000

    let folder: String
    let logs: [Log]

    /// - Throws: `AuditQuestionError.noLogs`.
    init(in folder: String) throws {
        let inside = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        logs = try ([folder] + inside.sorted().map { "\(folder)/\($0)" }).flatMap { path in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                return [Log]()
            }
            return try AuditFolder(path).services.map { Log(service: $0, folder: path) }
        }
        self.folder = folder
        guard !logs.isEmpty else { throw AuditQuestionError.noLogs(folder: folder) }
    }

    /// Calls `body` with every record that fits, service by service, each from its oldest on.
    ///
    /// A line that is no record is told to the terminal: what somebody has made unreadable shall not be missed in silence.
    func forEach(_ filter: AuditFilter, _ body: (AuditEntry) throws -> Void) throws {
        for log in logs where filter.service == nil || filter.service == log.service {
            let reader = try AuditReader(folder: log.folder, service: log.service)
            let unreadableCount = try reader.forEach(filter) { entry in
                try body(entry)
                return true
            }
            guard unreadableCount > 0 else { continue }
            Terminal.printError(
                "gatehouse: lines of \(log.service) that are no records: \(unreadableCount). `gatehouse audit verify` says more."
            )
        }
    }

    /// Every record that fits, in the order of time.
    ///
    /// - Throws: `AuditQuestionError.tooManyRecords`.
    func entries(_ filter: AuditFilter) throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        try forEach(filter) { entry in
            guard entries.count < Self.entriesMax else { throw AuditQuestionError.tooManyRecords(max: Self.entriesMax) }
            entries.append(entry)
        }
        return entries.sorted { $0.record.time < $1.record.time }
    }

    /// What all services have written about one request, in the order in which they were asked.
    func entries(ofRequest transactionID: String) throws -> [AuditEntry] {
        var filter = AuditFilter()
        filter.transactionID = transactionID
        return try entries(filter).sorted { $0.record.startedAt < $1.record.startedAt }
    }
}
