import Audit

@testable import Stack

/// The audit logs of some services that have stopped.
struct AuditFiles {
    private(set) var records: [AuditRecord] = []
    private(set) var reports: [AuditReport] = []

    init(of services: [StackService], in folder: DataFolder) async throws {
        for service in services.map(\.name) {
            let log = folder.auditLog(of: service)
            try AuditReader(folder: log, service: service).forEach { entry in
                records.append(entry.record)
                return true
            }
            reports.append(
                try await AuditVerifier(folder: log, headsFolder: folder.auditHeads).verify(service: service)
            )
        }
    }

    /// What is wrong with them.
    var findings: [String] { reports.compactMap { $0.finding?.description } }

    /// Half lines that a start has found, and cut.
    var cutCount: Int { records.count { $0.event == .serviceStart && $0.details["cutBytes"] != nil } }
}
