import Dispatch
import Logging
import Synchronization
import Tokens

/// Does what is due beside the records: signs heads, removes old files.
///
/// On a thread of its own: the heads may lie on another disk, and one that hangs keeps no record waiting.
final class AuditKeeper: Sendable {
    /// What the thread works on.
    struct Work {
        let heads: AuditHeads
        var retention: AuditRetention
    }

    private struct Turn {
        /// What to look at next.
        var place: AuditPlace?
        var isBusy = false
        var lookedAt: NumericDate?
    }

    private let work: Mutex<Work>
    private let turn = Mutex(Turn())
    private let thread = DispatchQueue(label: "audit heads")
    private let status: AuditStatus
    private let headSeconds: Int64
    private let disk: any AuditDisk
    private let clock: any WallClock
    private let logger: Logger

    init(
        _ work: sending Work,
        _ status: AuditStatus,
        _ settings: AuditSettings,
        disk: any AuditDisk,
        clock: any WallClock,
        logger: Logger
    ) {
        self.work = Mutex(work)
        (self.status, self.headSeconds, self.disk) = (status, settings.headSeconds, disk)
        (self.clock, self.logger) = (clock, logger)
    }

    /// Asked after every write, so it does nothing but compare until a head is due, and waits for nothing.
    func look(at place: AuditPlace) {
        let now = clock.now()
        let wakes = turn.withLock { turn in
            if let lookedAt = turn.lookedAt, now >= lookedAt, now < lookedAt + headSeconds { return false }
            (turn.lookedAt, turn.place) = (now, place)
            defer { turn.isBusy = true }
            return !turn.isBusy
        }
        if wakes { thread.async { self.run() } }
    }

    /// Signs the last head. A disk that hangs is not waited for longer than `AuditTiming.closeSecondsMax`.
    func close(_ place: AuditPlace) {
        let done = DispatchSemaphore(value: 0)
        thread.async {
            self.work.withLock { work in
                self.sign(work, place, isClosed: true)
                work.heads.close()
            }
            done.signal()
        }
        _ = done.wait(timeout: .now() + .seconds(AuditTiming.closeSecondsMax))
    }

    private func run() {
        while let place = next() {
            work.withLock { work in
                retire(&work, place)
                if status.current.headSequence != place.chain.sequence { sign(work, place) }
            }
        }
    }

    private func next() -> AuditPlace? {
        turn.withLock { turn in
            defer { turn.place = nil }
            turn.isBusy = turn.place != nil
            return turn.place
        }
    }

    /// Tried again after as long as a head lives.
    private func sign(_ work: Work, _ place: AuditPlace, isClosed: Bool = false) {
        let now = clock.now()
        do { try signed(work, place, isClosed: isClosed, now) } catch {
            guard status.current.headsUnwritableSince == nil else { return }
            logger.error("audit head unwritable", metadata: ["error": "\(error)"])
            status.change { $0.headsUnwritableSince = now }
        }
    }

    private func signed(
        _ work: Work,
        _ place: AuditPlace,
        firstSequence: Int64? = nil,
        isClosed: Bool = false,
        _ now: NumericDate
    ) throws {
        try work.heads.sign(place, firstSequence: firstSequence, isClosed: isClosed, now: now)
        status.change { status in
            status.headSequence = place.chain.sequence
            status.headAt = now
            status.headsUnwritableSince = nil
        }
    }

    /// Tried again at the next look. Until then nothing goes, and the disk may become full: that is told.
    private func retire(_ work: inout Work, _ place: AuditPlace) {
        let now = clock.now()
        guard work.retention.isDue(now) else { return }
        do {
            if let expired = try work.retention.expired(now) {
                // First the head: once it is signed, everybody knows that these files need not be there.
                try signed(work, place, firstSequence: expired.firstSequence, now)
                for file in expired.files { try disk.remove(file.path) }
                try work.heads.forget(before: expired.firstSequence)
                logger.notice("audit files removed for their age", metadata: ["count": "\(expired.files.count)"])
            }
            status.change { $0.retentionFailingSince = nil }
        } catch {
            logger.error("audit files not removed for their age", metadata: ["error": "\(error)"])
            status.change { $0.retentionFailingSince = $0.retentionFailingSince ?? now }
        }
    }
}
