import Audit
import CoreMetrics
import Synchronization
import Telemetry
import Tokens

/// Counts decisions: every figure here is made of the same record that the audit log keeps, so the two cannot disagree.
///
/// Labels are words of our own lists. Of what callers write, only names of parties that have exchanged a token before become a
/// label, and of addresses only a number below `SourceBuckets.count`.
final class DecisionMetrics: DecisionObserver {
    private struct Kind: Hashable {
        let event: AuditEvent
        let outcome: AuditOutcome
        let reason: AuditReason?
        var validation: Validation?
    }

    /// What is counted for each record of one kind.
    private struct Handles {
        let counters: [Counter]
        let duration: Timer
    }

    private let registry: PrometheusRegistry
    private let handles = Mutex<[Kind: Handles]>([:])
    private let issued: LabelledCounter
    private let exchanges: LabelledCounter
    private let rateLimited: LabelledCounter
    private let parties = KnownParties()
    private let sources: [Counter]

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
        for metric in Metric.allCases { registry.describe(metric.rawValue, metric.help) }
        issued = LabelledCounter(.tokensIssued, ["grant", "kind"], registry)
        exchanges = LabelledCounter(.exchanges, ["actor", "audience", "outcome"], registry)
        rateLimited = LabelledCounter(.rateLimited, ["dimension"], registry)
        sources = (0..<SourceBuckets.count).map {
            registry.counter(.signInFailures, [("source", "\($0)")])
        }
        for (event, reason) in Self.watched { _ = handles(of: Kind(event: event, outcome: .denied, reason: reason)) }
        for result in RefreshResult.allCases { _ = registry.counter(.refreshes, [("result", result.rawValue)]) }
    }

    /// What alerts watch is there from the start: Prometheus sees no rise in a series that begins with its first case.
    private static let watched: [(AuditEvent, AuditReason)] = {
        let events: [AuditEvent] = [
            .access, .forward, .tokenExchange, .tokenIntrospection, .tokenIssue, .tokenRefresh,
        ]
        let reasons: [Refusal] = [.keyUnknown, .proofSignatureInvalid, .signatureInvalid]
        return events.flatMap { event in reasons.map { (event, .refusal($0)) } }
    }()

    func observe(_ record: AuditRecord) {
        let kind = Kind(
            event: record.event,
            outcome: record.outcome,
            reason: record.reason,
            validation: record.validation
        )
        let handles = handles(of: kind)
        for counter in handles.counters { counter.increment() }
        // What a service does by itself was no request, and took nobody's time; a long poll takes as long as there are no news.
        if record.status != nil, record[.waits] == nil {
            handles.duration.recordMicroseconds(record.durationMicroseconds)
        }
        for token in record.issued { issued.increment([record.grant, token.kind.rawValue]) }
        if record.event == .tokenExchange { count(exchange: record) }
        if record.event == .signIn, record.outcome == .denied {
            sources[SourceBuckets.bucket(of: record.peer.address ?? "")].increment()
        }
        if record.reason == .refusal(.rateLimited) { rateLimited.increment([record[.limit] ?? "other"]) }
    }

    private func count(exchange record: AuditRecord) {
        let actor = record.clientID ?? ""
        let audience = record.asked.audience ?? ""
        if record.outcome == .allowed { parties.learn(actor, audience) }
        exchanges.increment([parties.label(actor), parties.label(audience), record.outcome.rawValue])
    }

    private func handles(of kind: Kind) -> Handles {
        if let known = handles.withLock({ $0[kind] }) { return known }
        let made = make(kind)
        return handles.withLock { handles in
            handles[kind] = handles[kind] ?? made
            return handles[kind] ?? made
        }
    }

    private func make(_ kind: Kind) -> Handles {
        let event = ("event", kind.event.rawValue)
        let outcome = ("outcome", kind.outcome.rawValue)
        let reason = ("reason", kind.reason?.name ?? "none")
        var counters = [registry.counter(.decisions, [event, outcome, reason])]
        switch kind.validation {
        case .accepted: counters.append(registry.counter(.validations, [("outcome", "allowed"), ("reason", "none")]))
        case .notAccepted: counters.append(registry.counter(.validations, [outcome, reason]))
        case nil: break
        }
        if kind.event == .tokenRefresh {
            let result = RefreshResult(kind.outcome, kind.reason)
            counters.append(registry.counter(.refreshes, [("result", result.rawValue)]))
        }
        let duration = Timer(label: Metric.duration.rawValue, dimensions: [event, outcome], factory: registry)
        return Handles(counters: counters, duration: duration)
    }
}

/// What became of the access token that came with a request.
private enum Validation { case accepted, notAccepted }

/// How a refresh ended.
private enum RefreshResult: String, CaseIterable {
    case ok, graced, reused, refused, failed

    init(_ outcome: AuditOutcome, _ reason: AuditReason?) {
        self =
            switch (outcome, reason) {
            case (.allowed, .refreshTokenGraced): .graced
            case (.allowed, _): .ok
            case (_, .refusal(.refreshTokenReused)): .reused
            case (.denied, _): .refused
            case (.failed, _): .failed
            }
    }
}

extension AuditRecord {
    /// Nil where no token was looked at. What a handler refuses the holder of a good one (409, say) is no matter of the token.
    fileprivate var validation: Validation? {
        guard event == .access || event == .forward else { return nil }
        if outcome == .allowed || presented.first?.isVerified == true { return .accepted }
        guard case .refusal(let refusal) = reason else { return .notAccepted }
        switch refusal.wire {
        case .insufficientScope, .insufficientUserAuthentication, .invalidDPoPProof, .invalidToken, .tokenMissing:
            return .notAccepted
        default: return nil
        }
    }

    /// By what the tokens came: what the handler has noted, or what is plain from the event.
    fileprivate var grant: String {
        switch event {
        case .tokenExchange: "token_exchange"
        case .tokenRefresh: "refresh_token"
        default: self[.grant] ?? event.rawValue
        }
    }
}
