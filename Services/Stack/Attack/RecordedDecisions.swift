import Audit
import Synchronization
import Tokens

/// What services have recorded since this was made, by the transaction id that an answer carries.
final class RecordedDecisions: Sendable {
    /// A record may trail its answer by `AuditTiming.trailMillisecondsMax` and a flush; a busy machine takes its time.
    private static let secondsMax = 5

    /// One service's log as far as it was read.
    private struct Page {
        var follower: AuditFollower
        var records: [String: [AuditRecord]] = [:]
    }

    private let pages: Mutex<[String: Page]>

    init(in folder: DataFolder) throws {
        var pages: [String: Page] = [:]
        for service in StackService.all.map(\.name) {
            pages[service] = Page(follower: try AuditFollower(folder: folder.auditLog(of: service), service: service))
        }
        self.pages = Mutex(pages)
    }

    /// Everything that `service` has recorded about the request with this answer: one record, if all is well.
    func records(for answer: Answer, at service: StackService) async throws -> [AuditRecord] {
        guard let transactionID = answer.header(HeaderName.transactionID) else { return [] }
        let deadline = ContinuousClock.now + .seconds(Self.secondsMax)
        repeat {
            let found = try pages.withLock { try Self.find(transactionID, in: &$0[service.name]) }
            if !found.isEmpty { return found }
            try await Task.sleep(for: .milliseconds(2))
        } while ContinuousClock.now < deadline
        return []
    }

    private static func find(_ transactionID: String, in page: inout Page?) throws -> [AuditRecord] {
        while let entries = try page?.follower.poll(), !entries.isEmpty {
            for record in entries.map(\.record) {
                page?.records[record.trace.transactionID, default: []].append(record)
            }
        }
        return page?.records[transactionID] ?? []
    }
}
