import Dispatch
import Logging
import Synchronization
import Tokens

/// Takes what waits, writes it, and tells who waited: the body of the log's own thread.
///
/// Encoding, hashing, writing and flushing all happen here, and nothing of it where requests are answered.
final class AuditWriter: Sendable {
    /// What the thread works on.
    struct Files {
        let tail: AuditTail
        let heads: AuditHeads
        var retention: AuditRetention
        /// Of this process.
        var headAt: NumericDate?
    }

    private let queue: AuditQueue
    private let status: AuditStatus
    private let settings: AuditSettings
    private let disk: any AuditDisk
    private let clock: any WallClock
    private let logger: Logger
    private let files: Mutex<Files>

    init(
        _ files: sending Files,
        _ queue: AuditQueue,
        _ status: AuditStatus,
        _ settings: AuditSettings,
        disk: any AuditDisk,
        clock: any WallClock,
        logger: Logger
    ) {
        (self.queue, self.status, self.settings) = (queue, status, settings)
        (self.disk, self.clock, self.logger) = (disk, clock, logger)
        self.files = Mutex(files)
    }

    /// Until the queue is closed and empty.
    func run() {
        while true {
            let isFailing = status.current.unwritableSince != nil
            let gathering = isFailing ? AuditTiming.retryMilliseconds : AuditTiming.trailMillisecondsMax
            let turn = queue.next(gathering: .milliseconds(gathering), idle: .seconds(idleSeconds))
            let goesOn = files.withLock { files in
                switch turn {
                case .write(let group): write(group, to: &files)
                case .idle: true
                case .closed: false
                }
            }
            guard goesOn else { return files.withLock { end(&$0) } }
            files.withLock { tidy(&$0) }
        }
    }

    /// While a head is due soon, until then.
    private var idleSeconds: Int {
        let state = status.current
        return state.sequence == state.headSequence ? 60 : Int(settings.headSeconds)
    }

    /// False where nothing more will be tried.
    private func write(_ group: [AuditQueue.Waiting], to files: inout Files) -> Bool {
        do {
            try files.tail.append(group.lazy.map(\.record), now: clock.now())
        } catch {
            return fail(group, error)
        }
        if status.current.unwritableSince != nil { logger.notice("audit log writable again") }
        queue.setFailing(false)
        status.change { status in
            status.sequence = files.tail.chain.sequence
            status.unwritableSince = nil
        }
        for waiting in group { waiting.answer?.resume(returning: .success(())) }
        return true
    }

    /// Whoever waits is told. What they wanted is recorded nevertheless, when that is possible again: as something that failed.
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

    /// What is due beside the records: a head, and the removal of old files.
    private func tidy(_ files: inout Files) {
        let now = clock.now()
        do {
            if files.retention.isDue(now), let expired = try files.retention.expired(now) {
                // First the head: once it is signed, everybody knows that these files need not be there.
                try sign(&files, firstSequence: expired.firstSequence, now)
                for file in expired.files { try disk.remove(file.path) }
                try files.heads.forget(before: expired.firstSequence)
                logger.notice("audit files removed for their age", metadata: ["count": "\(expired.files.count)"])
            }
            guard status.current.headSequence != files.tail.chain.sequence, isHeadDue(files, now) else { return }
            try sign(&files, now)
        } catch {
            // Tried again after as long as a head lives.
            files.headAt = now
            guard status.current.headsUnwritableSince == nil else { return }
            logger.error("audit head unwritable", metadata: ["error": "\(error)"])
            status.change { $0.headsUnwritableSince = now }
        }
    }

    private func isHeadDue(_ files: Files, _ now: NumericDate) -> Bool {
        guard let headAt = files.headAt, now >= headAt else { return true }
        return now >= headAt + settings.headSeconds
    }

    private func sign(
        _ files: inout Files,
        firstSequence: Int64? = nil,
        isClosed: Bool = false,
        _ now: NumericDate
    ) throws {
        try files.heads.sign(files.tail.place, firstSequence: firstSequence, isClosed: isClosed, now: now)
        files.headAt = now
        status.change { status in
            status.headSequence = files.tail.chain.sequence
            status.headAt = now
            status.headsUnwritableSince = nil
        }
    }

    private func end(_ files: inout Files) {
        do {
            try sign(&files, isClosed: true, clock.now())
        } catch {
            logger.error("audit head unwritable", metadata: ["error": "\(error)"])
        }
        files.tail.close()
        files.heads.close()
    }
}

extension AuditRecord {
    /// What becomes of a decision whose record could not be written in time: its caller was told that it failed.
    fileprivate var unanswered: AuditRecord {
        var record = self
        record.outcome = .failed
        record.reason = .unavailable
        if record.status != nil { record.status = 503 }
        record.details["dependency"] = DependencyUnavailable.auditLog.dependency
        return record
    }
}
