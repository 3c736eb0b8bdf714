public import ArgumentParser
public import Audit
import Tokens

/// Which records are meant, whenever they were written; those that fit every option that is given.
struct AuditConditionOptions: ParsableArguments {
    @Option(help: "The id of a request.") var txn: String?
    @Option(help: "A user's id, as `sub` has it.") var user: String?
    @Option(help: "A client id.") var client: String?
    @Option(help: "What was decided about.") var event: AuditEvent?
    @Option(help: "How it was decided.") var outcome: AuditOutcome?
    @Option(help: "Why; `gatehouse audit reasons` shows every reason there is.") var reason: AuditReason?
    @Option(help: "The service that decided.") var service: String?
    @Option(help: "A token's `jti`, or a refresh token's fingerprint: presented, issued or revoked.") var token: String?

    var filter: AuditFilter {
        var filter = AuditFilter()
        (filter.transactionID, filter.tokenID, filter.service) = (txn, token, service)
        (filter.subject, filter.clientID) = (user, client)
        (filter.event, filter.outcome, filter.reason) = (event, outcome, reason)
        return filter
    }
}

/// The same, of the records that are there: also by when they were written.
struct AuditFilterOptions: ParsableArguments {
    @OptionGroup var conditions: AuditConditionOptions
    @Option(help: "From then on: 90s, 15m, 1h or 7d ago, a day as 2026-11-21, or 2026-11-21T21:27:23Z.")
    var since: Moment?
    @Option(help: "Until then, in the same forms.") var until: Moment?

    /// - Parameter now: milliseconds since 1970.
    func filter(now: Int64 = SystemClock().nowMilliseconds()) -> AuditFilter {
        var filter = conditions.filter
        filter.since = since?.milliseconds(now: now)
        filter.until = until?.milliseconds(now: now)
        return filter
    }
}

extension AuditEvent: ExpressibleByArgument {}
extension AuditOutcome: ExpressibleByArgument {}

extension AuditReason: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
}
