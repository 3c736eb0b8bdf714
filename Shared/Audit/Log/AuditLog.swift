import Foundation
public import Logging
import SystemPackage
public import Tokens

/// A service's audit log on disk: one line for each decision, chained by hashes, its head signed every few seconds.
///
/// A thread of its own writes all that has come in the meantime with one write and one flush (group commit), so a record costs the
/// request that makes it a place in a queue.
///
/// - **A record that has to be durable** (something was issued or revoked) is on the disk when `recordDurably` returns.
/// - **A record that may trail** is written after `AuditTiming.trailMillisecondsMax` and a flush. A kill can take it; nobody was given
///   anything by what it says.
/// - **The disk takes nothing:** who waits gets `DependencyUnavailable`, and so does whoever asks `requireWritable`, until a write
///   succeeds; it is tried again every `AuditTiming.retryMilliseconds`. Records that trail wait for that, `AuditTiming.waitingMax` of
///   them at most; then `record` throws too. Nothing is dropped.
/// - **The disk hangs:** nobody knows yet what became of the records. After `AuditTiming.waitMax` nothing more is begun that needs one.
/// - **The process is killed:** the next one cuts half a line from the end, and says so in its first record (`opening`).
public final class AuditLog: AuditSink {
    /// How it was found.
    public let opening: Opening
    private let queue: AuditQueue
    private let status: AuditStatus
    private let waitMax: Duration
    private let ended: Ending

    /// Opens the log of `service`, or begins it.
    ///
    /// - Parameters:
    ///   - key: signs heads and nothing else; ES256.
    ///   - clock: dates heads and files; times in records are their makers'.
    /// - Throws: `AuditLogFailure`.
    public static func open(
        _ settings: AuditSettings,
        service: String,
        key: SigningKey,
        clock: any WallClock,
        logger: Logger
    ) async throws(AuditLogFailure) -> AuditLog {
        try await open(settings, service: service, key: key, clock: clock, logger: logger, disk: SystemDisk())
    }

    static func open(
        _ settings: AuditSettings,
        service: String,
        key: SigningKey,
        clock: any WallClock,
        logger: Logger,
        disk: any AuditDisk,
        waitingMax: Int = AuditTiming.waitingMax,
        waitMax: Duration = AuditTiming.waitMax
    ) async throws(AuditLogFailure) -> AuditLog {
        let lock = try AuditFolderLock(settings.folder, service: service)
        do {
            try AuditFolderLock.makeFolder(settings.headsFolder)
            let tail = try AuditTail(settings, service: service, disk: disk)
            let heads = try await AuditHeads(settings, service: service, key: key, disk: disk)
            let opening = Opening(tail, heads.last)
            if opening.isHeadMissing {
                heads.withhold(at: tail.chain)
            } else {
                // A head of the last stop is not the last head any more: what comes behind it has a start before it.
                try heads.sign(tail.place, now: clock.now())
            }
            let status = AuditStatus(
                AuditLogState(
                    sequence: tail.chain.sequence,
                    headSequence: heads.last?.lastSequence ?? 0,
                    headAt: heads.last?.issuedAt
                )
            )
            let queue = AuditQueue(waitingMax: waitingMax)
            let work = AuditKeeper.Work(heads: heads, retention: AuditRetention(settings, service: service))
            let keeper = AuditKeeper(work, status, settings, disk: disk, clock: clock, logger: logger)
            let writer = AuditWriter(tail, keeper, queue, status, settings, clock: clock, logger: logger)
            return AuditLog(opening, queue, status, waitMax: waitMax, lock: lock, writer: writer)
        } catch {
            lock.release()
            throw error as? AuditLogFailure ?? .cannotOpen(path: settings.folder, reason: "\(error)")
        }
    }

    private init(
        _ opening: Opening,
        _ queue: AuditQueue,
        _ status: AuditStatus,
        waitMax: Duration,
        lock: AuditFolderLock,
        writer: AuditWriter
    ) {
        (self.opening, self.queue, self.status, self.waitMax) = (opening, queue, status, waitMax)
        let ended = Ending()
        self.ended = ended
        Thread.detachNewThread {
            Thread.current.name = "audit"
            writer.run()
            lock.release()
            ended.happen()
        }
    }

    /// Puts it into the queue, and waits for nothing.
    public func record(_ record: AuditRecord) throws(DependencyUnavailable) { try queue.append(record) }

    /// Puts it into the queue, and comes back when it is on the disk.
    public func recordDurably(_ record: AuditRecord) async throws(DependencyUnavailable) {
        let outcome = await withCheckedContinuation { (answer: CheckedContinuation<AuditQueue.Outcome, Never>) in
            do throws(DependencyUnavailable) {
                try queue.append(record, answer)
            } catch { answer.resume(returning: .failure(error)) }
        }
        try outcome.get()
    }

    /// Asks what the last write has told, and how long the next one takes already.
    public func requireWritable() throws(DependencyUnavailable) {
        guard status.current.unwritableSince == nil, queue.oldestWait < waitMax else { throw .auditLog }
    }

    /// How it is doing.
    public var state: AuditLogState {
        var state = status.current
        state.waitingCount = queue.waitingCount
        state.oldestWait = queue.oldestWait
        return state
    }

    /// Writes what waits, signs the last head, and takes no more.
    public func close() async {
        queue.close()
        await ended.wait()
    }
}
