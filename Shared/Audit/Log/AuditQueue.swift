import Dispatch
import Synchronization
import Tokens

/// Records that wait for the disk, and who waits for them. Any thread puts in; the writer's thread takes out.
///
/// The first to wait for the disk gets it at once; who comes while it is busy shares the next flush. Records that may trail are
/// gathered for a moment, so that an idle service does not flush for each.
final class AuditQueue: Sendable {
    typealias Outcome = Result<Void, DependencyUnavailable>

    struct Waiting {
        let record: AuditRecord
        /// Nil for a record that may trail.
        let answer: CheckedContinuation<Outcome, Never>?
    }

    /// What there is to do.
    enum Turn {
        case write([Waiting])
        case idle
        case closed
    }

    private struct State {
        var waiting: [Waiting] = []
        /// Empty, with the room of those that were written last.
        var room: [Waiting] = []
        /// Of all of them.
        var bytes = 0
        /// Of these, who wait for an answer.
        var durableCount = 0
        /// Since when the first of them waits, at the earliest; and of those that are being written.
        var waitingSince: ContinuousClock.Instant?
        var writingSince: ContinuousClock.Instant?
        var isClosing = false
        var isFailing = false

        var isUrgent: Bool { isClosing || (durableCount > 0 && !isFailing) }
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let waitingMax: Int
    private let bytesMax: Int

    init(waitingMax: Int, bytesMax: Int = AuditTiming.waitingBytesMax) {
        (self.waitingMax, self.bytesMax) = (waitingMax, bytesMax)
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// For how long the first of those waits who wait for an answer.
    var oldestWait: Duration {
        let since = state.withLock { $0.writingSince ?? $0.waitingSince }
        return since.map { .now - $0 } ?? .zero
    }

    /// - Throws: `DependencyUnavailable` for one more than may wait, and after the end.
    func append(
        _ record: AuditRecord,
        _ answer: CheckedContinuation<Outcome, Never>? = nil
    ) throws(DependencyUnavailable) {
        let bytes = record.waitingBytes
        let wakes: Bool? = state.withLock { state in
            guard !state.isClosing, state.waiting.count < waitingMax, state.bytes + bytes <= bytesMax else {
                return nil
            }
            let wasUrgent = state.isUrgent
            state.waiting.append(Waiting(record: record, answer: answer))
            state.bytes += bytes
            if answer != nil {
                state.durableCount += 1
                if state.durableCount == 1 { state.waitingSince = .now }
            }
            return state.waiting.count == 1 || (!wasUrgent && state.isUrgent)
        }
        guard let wakes else { throw .auditLog }
        if wakes { wake.signal() }
    }

    /// Lets the writer write what is there, and then end.
    func close() {
        state.withLock { $0.isClosing = true }
        wake.signal()
    }

    /// While the disk takes nothing, those who wait are no reason to try at once again.
    func setFailing(_ isFailing: Bool) { state.withLock { $0.isFailing = isFailing } }

    /// Puts back what could not be written, to trail: nobody waits for it any more.
    ///
    /// - Gives: false after the end; then nothing of it will be asked for again.
    func putBack(_ records: [AuditRecord]) -> Bool {
        state.withLock { state in
            state.bytes += records.reduce(0) { $0 + $1.waitingBytes }
            state.waiting.insert(contentsOf: records.map { Waiting(record: $0, answer: nil) }, at: 0)
            return !state.isClosing
        }
    }

    /// Takes the room of those that were written, for those that come: a busy service would ask for as much again and again.
    func reuse(_ written: inout [Waiting]) {
        written.removeAll(keepingCapacity: true)
        let room = exchange(&written, with: [])
        state.withLock { $0.room = room }
    }

    /// Waits for something to do, `idle` at most; of records that may trail, for more of them, `gathering` at most.
    func next(gathering: DispatchTimeInterval, idle: DispatchTimeInterval) -> Turn {
        state.withLock { $0.writingSince = nil }
        let idleUntil = DispatchTime.now() + idle
        while state.withLock({ $0.waiting.isEmpty && !$0.isClosing }) {
            if wake.wait(timeout: idleUntil) == .timedOut { return .idle }
        }
        let gatheredUntil = DispatchTime.now() + gathering
        while !state.withLock({ $0.isUrgent }) {
            if wake.wait(timeout: gatheredUntil) == .timedOut { break }
        }
        return state.withLock { state in
            guard !state.waiting.isEmpty else { return state.isClosing ? .closed : .idle }
            state.writingSince = state.waitingSince
            // All of it, without a copy, but after an outage.
            guard state.waiting.count > AuditTiming.groupMax else {
                (state.durableCount, state.waitingSince, state.bytes) = (0, nil, 0)
                return .write(exchange(&state.waiting, with: exchange(&state.room, with: [])))
            }
            let group = Array(state.waiting.prefix(AuditTiming.groupMax))
            state.waiting.removeFirst(group.count)
            state.bytes -= group.reduce(0) { $0 + $1.record.waitingBytes }
            state.durableCount -= group.count { $0.answer != nil }
            if state.durableCount == 0 { state.waitingSince = nil }
            return .write(group)
        }
    }
}

extension DependencyUnavailable {
    static let auditLog = DependencyUnavailable("audit log")
}
