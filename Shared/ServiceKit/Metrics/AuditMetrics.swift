import Audit
import Telemetry
import Tokens

extension PrometheusRegistry {
    /// Shows how a log is doing.
    func show(_ log: AuditLog, clock: any WallClock) {
        collectCounter("gatehouse_audit_records_total", "Records in the audit log, of this run and those before.") {
            [Sample([], Double(log.state.sequence))]
        }
        collect("gatehouse_audit_queued_records", "Records that wait for the disk.") {
            [Sample([], Double(log.state.waitingCount))]
        }
        collect("gatehouse_audit_oldest_wait_seconds", "For how long an answer has been waiting for the disk, at most.")
        {
            [Sample([], log.state.oldestWait / .seconds(1))]
        }
        collect("gatehouse_audit_retention_failing", "1 while files that are old enough cannot be removed.") {
            [Sample([], log.state.retentionFailingSince == nil ? 0 : 1)]
        }
        collect("gatehouse_audit_unwritable", "1 while the disk takes no records, and nothing is issued.") {
            [Sample([], log.state.unwritableSince == nil ? 0 : 1)]
        }
        collect("gatehouse_audit_heads_unwritable", "1 while no head of the audit log can be signed and kept.") {
            [Sample([], log.state.headsUnwritableSince == nil ? 0 : 1)]
        }
        collect("gatehouse_audit_head_age_seconds", "Since the last head of the audit log was signed.") {
            log.state.headAt.map { [Sample([], Double(max(0, clock.now().seconds(since: $0))))] } ?? []
        }
    }
}
