public import Audit
import Synchronization
public import Tokens

/// What is known so far of the decision about one request; whoever learns something notes it here, and one record is made of it
/// when the answer is ready.
///
/// A request of which nothing was begun and nothing was refused was no decision: a key set that was read, a page that was shown.
public final class Decision: Sendable {
    private struct State {
        var record: AuditRecord
        /// What the guard of a route has begun, its handler may say better.
        var isBegun = false
        var ifUnrecorded: (@Sendable () async throws -> Void)?
    }

    private let state: Mutex<State>
    private let audit: (any AuditSink)?

    init(_ record: AuditRecord, audit: (any AuditSink)?) {
        state = Mutex(State(record: record))
        self.audit = audit
    }

    /// Of a request that no service of ours has begun.
    static let unrecorded = Decision(AuditRecord(.request, service: "", trace: .none), audit: nil)

    /// Says what is being decided, before anything is written or given out.
    ///
    /// - Throws: `DependencyUnavailable` for an event whose record has to be durable, while none can be written: what cannot be
    ///   answered for shall not happen.
    public func begin(_ event: AuditEvent) throws(DependencyUnavailable) {
        if event.isDurable { try audit?.requireWritable() }
        state.withLock { state in
            state.record.event = event
            state.isBegun = true
        }
    }

    /// Notes something about it.
    public func note(_ change: (inout AuditRecord) -> Void) { state.withLock { change(&$0.record) } }

    /// Says what to do if the record cannot be kept after all: everything was done, and nobody is given what was made.
    public func ifUnrecorded(_ makeGood: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.ifUnrecorded = makeGood }
    }

    /// Does what was said for that.
    func makeGood() async throws { try await state.withLock { $0.ifUnrecorded }?() }

    /// The request's id through all services (`txn`).
    public var transactionID: String { state.withLock { $0.record.trace.transactionID } }

    /// Notes what the caller did that turned it down. Only the first reason counts: what is refused on the way out has no other.
    public func refuse(_ refusal: Refusal) { end(.denied, .refusal(refusal)) }

    /// Why nobody could decide.
    public enum Failure: Sendable {
        /// An error of ours.
        case fault
        /// Something was away, busy or full.
        case unavailable
    }

    /// Notes that it came to nothing, by no fault of the caller. Only the first reason counts here too.
    public func fail(_ failure: Failure) {
        switch failure {
        case .fault: end(.failed, .fault)
        case .unavailable: end(.failed, .unavailable)
        }
    }

    private func end(_ outcome: AuditOutcome, _ reason: AuditReason) {
        state.withLock { state in
            guard state.record.outcome == .allowed else { return }
            state.record.outcome = outcome
            state.record.reason = reason
            state.isBegun = true
        }
    }

    /// What the caller did that turned it down; nil for what was allowed, and for what has failed on our side.
    var refusal: Refusal? {
        state.withLock { state in
            if case .refusal(let refusal) = state.record.reason { refusal } else { nil }
        }
    }

    /// Whether there is anything to record.
    var isBegun: Bool { state.withLock { $0.isBegun } }

    /// The record, whole.
    func finish(_ change: (inout AuditRecord) -> Void) -> AuditRecord {
        state.withLock { state in
            change(&state.record)
            return state.record
        }
    }
}
