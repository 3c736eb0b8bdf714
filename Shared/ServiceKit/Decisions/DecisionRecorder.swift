public import Audit
import Hummingbird
public import Tokens

/// Hears of every record that has been made: metrics count them, traces show them.
public protocol DecisionObserver: Sendable {
    /// Called once a record, in no certain order; must not wait.
    func observe(_ record: AuditRecord)
}

/// Makes one record out of each decision of a service, keeps it, and tells whoever counts.
public struct DecisionRecorder: Sendable {
    let service: String
    public let audit: any AuditSink
    let clock: any WallClock
    let peers: any PeerCertificateSource
    let observers: [any DecisionObserver]

    public init(
        service: String,
        audit: any AuditSink,
        clock: any WallClock,
        peers: any PeerCertificateSource,
        observers: [any DecisionObserver] = []
    ) {
        self.service = service
        self.audit = audit
        self.clock = clock
        self.peers = peers
        self.observers = observers
    }

    /// Begins the decision about a request.
    func begin(_ trace: TraceContext, parentSpanID: String?) -> Decision {
        var record = AuditRecord(.request, service: service, trace: trace)
        record.parentSpanID = parentSpanID
        return Decision(record, audit: audit)
    }

    /// Keeps the record of what a service has decided by itself: no request, no caller. Durable when this returns.
    ///
    /// - Throws: `DependencyUnavailable`.
    public func record(
        _ event: AuditEvent,
        trace: TraceContext = TraceContext(),
        _ change: (inout AuditRecord) -> Void
    ) async throws(DependencyUnavailable) {
        var record = AuditRecord(event, service: service, trace: trace, time: clock.nowMilliseconds())
        change(&record)
        try await keep(record)
    }

    /// Keeps the record of what was refused without ever being a request to a router. It trails: nothing was given out.
    public func recordRefused(
        _ event: AuditEvent,
        _ refusal: Refusal,
        trace: TraceContext = TraceContext(),
        _ change: (inout AuditRecord) -> Void
    ) throws(DependencyUnavailable) {
        var record = AuditRecord(event, .denied, service: service, trace: trace, time: clock.nowMilliseconds())
        record.reason = .refusal(refusal)
        change(&record)
        try audit.record(record)
        tell(record)
    }

    /// Comes back when the record is durable, where it has to be. One that is not in time is written later, and told now: what it
    /// gave out or took back is given and taken, whatever the caller is answered.
    func keep(_ record: AuditRecord) async throws(DependencyUnavailable) {
        guard record.isDurable else {
            try audit.record(record)
            return tell(record)
        }
        defer { tell(record) }
        try await audit.recordDurably(record)
    }

    private func tell(_ record: AuditRecord) { for observer in observers { observer.observe(record) } }
}
