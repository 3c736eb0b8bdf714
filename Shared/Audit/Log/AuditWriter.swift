import Dispatch
import Logging
import Synchronization
import Tokens

/// Takes what waits, writes it, and tells who waited: the body of the log's own thread.
///
/// Encoding, hashing, writing and flushing all happen here, and nothing of it where requests are answered. Everything else, that is
/// not waited for, is `AuditKeeper`'s.
final class AuditWriter: Sendable {
    private let queue: AuditQueue
    private let status: AuditStatus
    private let settings: AuditSettings
    private let keeper: AuditKeeper
    private let clock: any WallClock
    private let logger: Logger
    private let tail: Mutex<AuditTail>

    init(
        _ tail: sending AuditTail,
        _ keeper: AuditKeeper,
        _ queue: AuditQueue,
        _ status: AuditStatus,
        _ settings: AuditSettings,
        clock: any WallClock,
        logger: Logger
    ) {
        self.tail = Mutex(tail)
        (self.keeper, self.queue, self.status) = (keeper, queue, status)
        (self.settings, self.clock, self.logger) = (settings, clock, logger)
    }

    /// Until the queue is closed and empty.
    func run() {
        while true {
            let isFailing = status.current.unwritableSince != nil
            let gathering = isFailing ? AuditTiming.retryMilliseconds : AuditTiming.trailMillisecondsMax
            let idle = DispatchTimeInterval.seconds(idleSeconds)
            // Nobody else asks for the tail: to wait with it in hand keeps nobody waiting.
            let (goesOn, place) = tail.withLock { tail in
                let goesOn =
                    switch queue.next(gathering: .milliseconds(gathering), idle: idle) {
                    case .write(var group): write(&group, to: tail)
                    case .idle: true
                    case .closed: false
                    }
                return (goesOn, tail.place)
            }
            guard goesOn else {
                tail.withLock { $0.close() }
                return keeper.close(place)
            }
            keeper.look(at: place)
        }
    }

    /// While a head is due soon, until then.
    private var idleSeconds: Int {
        let state = status.current
        return state.sequence == state.headSequence ? 60 : Int(settings.headSeconds)
    }

    /// False where nothing more will be tried. The group is empty afterwards, its room goes back to the queue.
    private func write(_ group: inout [AuditQueue.Waiting], to tail: AuditTail) -> Bool {
        do {
            try tail.append(group, now: clock.now())
        } catch {
            return fail(group, error)
        }
        if status.current.unwritableSince != nil { logger.notice("audit log writable again") }
        queue.setFailing(false)
        status.change { status in
            status.sequence = tail.chain.sequence
            status.unwritableSince = nil
        }
        for index in group.indices { group[index].answer?.resume(returning: .success(())) }
        queue.reuse(&group)
        return true
    }

    /// Whoever waits is told. What was decided is recorded nevertheless, when that is possible again.
    private func fail(_ group: [AuditQueue.Waiting], _ error: any Error) -> Bool {
        if status.current.unwritableSince == nil {
            logger.error("audit log unwritable", metadata: ["error": "\(error)"])
            status.change { $0.unwritableSince = clock.now() }
        }
        queue.setFailing(true)
        let goesOn = queue.putBack(group.map { $0.answer == nil ? $0.record : $0.record.unanswered })
        for waiting in group { waiting.answer?.resume(returning: .failure(.auditLog)) }
        if !goesOn {
            logger.critical("audit records lost", metadata: ["count": "\(queue.waitingCount)"])
        }
        return goesOn
    }
}

extension AuditRecord {
    /// What becomes of a decision whose record could not be written in time: it stays what it was, for what it gave out or took back
    /// is given and taken. Its caller was told nothing of that, and it says so.
    fileprivate var unanswered: AuditRecord {
        var record = self
        if record.status != nil { record[.answered] = "503" }
        return record
    }
}
