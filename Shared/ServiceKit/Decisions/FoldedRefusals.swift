import Audit
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Tokens

/// An audit log that writes down once, with a number, what strangers are refused again and again.
///
/// To ask for a path that is not there costs nothing; its record stays on our disk for `audit.retentionDays`, and when the disk is
/// full nothing is issued any more. So of what a network is refused without any credential the first records of a kind and minute
/// are kept as they are, and those after them become one: the last of them, with `repeated`, the number for which it stands. It is
/// written when the minute is over, or the service stops. All strangers together write no more than `countMax` records a minute by
/// themselves, and one more for each kind: less than a gigabyte a day.
///
/// Whatever was allowed, and whatever shows a token, a client or a certificate, is never folded. Metrics count each refusal.
final class FoldedRefusals: AuditSink, Service {
    /// Of one kind, from one network.
    static let countMaxOfKind = 20
    static let countMax = 500
    /// Kinds with a number of their own; the others share one for each reason.
    static let kindsMax = 200
    private static let windowMilliseconds: Int64 = 60_000

    private let log: any AuditSink
    private let clock: any WallClock
    private let logger: Logger
    private let minute = Mutex(FoldedMinute())

    init(_ log: any AuditSink, clock: any WallClock, logger: Logger) {
        self.log = log
        self.clock = clock
        self.logger = logger
    }

    var state: AuditLogState { log.state }

    func requireWritable() throws(DependencyUnavailable) { try log.requireWritable() }

    func recordDurably(_ record: AuditRecord) async throws(DependencyUnavailable) {
        try await log.recordDurably(record)
    }

    func record(_ record: AuditRecord) throws(DependencyUnavailable) {
        guard record.isOfStranger else { return try log.record(record) }
        let isFolded = try minute.withLock { minute throws(DependencyUnavailable) in
            let number = record.time / Self.windowMilliseconds
            if number > minute.number { try minute.end(into: log, next: number) }
            return minute.fold(record)
        }
        if !isFolded { try log.record(record) }
    }

    /// Until the service stops: what was folded is written although nobody comes any more.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(Self.windowMilliseconds / 1_000))) != nil {
                self.write(before: self.clock.nowMilliseconds() / Self.windowMilliseconds)
            }
        }
        write(before: .max)
    }

    private func write(before number: Int64) {
        do throws(DependencyUnavailable) {
            try minute.withLock { minute throws(DependencyUnavailable) in
                if number > minute.number { try minute.end(into: log, next: minute.number) }
            }
        } catch {
            // It stays, and is written with what comes after it.
            logger.warning("folded refusals not written", metadata: ["dependency": "\(error.dependency)"])
        }
    }
}

/// What was refused in one minute.
private struct FoldedMinute {
    struct Kind: Hashable {
        /// Nil for those that share.
        let source: RequestSource?
        let event: AuditEvent
        let reason: AuditReason?
    }

    struct Repeats {
        var keptCount = 0
        var foldedCount = 0
        var last: AuditRecord
    }

    private(set) var number = Int64.min
    private var keptCount = 0
    private var kinds: [Kind: Repeats] = [:]

    /// Whether the record is one of many, and stands in their number now.
    mutating func fold(_ record: AuditRecord) -> Bool {
        var kind = Kind(source: record.network, event: record.event, reason: record.reason)
        if kinds[kind] == nil, kinds.count >= FoldedRefusals.kindsMax {
            kind = Kind(source: nil, event: record.event, reason: record.reason)
        }
        var repeats = kinds[kind] ?? Repeats(last: record)
        let isKept = repeats.keptCount < FoldedRefusals.countMaxOfKind && keptCount < FoldedRefusals.countMax
        if isKept {
            repeats.keptCount += 1
            keptCount += 1
        } else {
            repeats.foldedCount += 1
            repeats.last = record
            // Of many networks the last one is no more than any other.
            if kind.source == nil { repeats.last.peer = AuditRecord.Peer() }
        }
        kinds[kind] = repeats
        return !isKept
    }

    /// Writes what was folded. What cannot be written stays where it is.
    mutating func end(into log: any AuditSink, next number: Int64) throws(DependencyUnavailable) {
        for (kind, repeats) in kinds {
            if repeats.foldedCount > 0 {
                var record = repeats.last
                record[.repeated] = String(repeats.foldedCount)
                try log.record(record)
            }
            kinds[kind] = nil
        }
        self.number = number
        keptCount = 0
    }
}

extension AuditRecord {
    /// Nobody knows whose request it was, and nothing in it was looked at: no such path, no HTTP, too many.
    fileprivate var isOfStranger: Bool {
        outcome == .denied && presented.isEmpty && peer.certificate == nil
            && (event == .request || reason == .refusal(.rateLimited))
    }

    fileprivate var network: RequestSource {
        RequestSource(
            certificate: nil,
            address: peer.address.flatMap { try? SocketAddress(ipAddress: $0, port: 0) }
        )
    }
}
