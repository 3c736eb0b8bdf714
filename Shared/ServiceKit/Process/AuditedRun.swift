import Audit
import Logging
import Tokens

/// Opens the log before anything is decided, and closes it after the last decision, also of a start that fails.
func withAuditLog(
    _ common: CommonSettings,
    of name: String,
    _ clock: any WallClock,
    _ logger: Logger,
    _ body: (AuditLog) async throws -> Void
) async throws {
    let log = try await AuditLog.open(
        common.audit,
        service: name,
        key: common.auditKey,
        clock: clock,
        logger: logger
    )
    var stop = AuditRecord(.serviceStop, service: name, trace: TraceContext())
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(log)) } catch {
        outcome = .failure(error)
        (stop.outcome, stop.reason) = (.failed, .fault)
    }
    stop.time = clock.nowMilliseconds()
    try? log.record(stop)
    await log.close()
    try outcome.get()
}
