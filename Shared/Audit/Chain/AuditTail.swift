import Tokens

/// Where a log ends: what a head is signed of.
struct AuditPlace: Sendable {
    let chain: AuditChain
    /// The first record of the file that grows.
    let fileSequence: Int64
}

/// The end of a log: the file that grows, and where the chain stands. Used by the writer's thread.
///
/// A write that fails leaves nothing behind. The file is cut back to where it was before anything else is written to it: what a
/// failed flush has left may be on the disk, or half of it, and nobody was told that it is.
final class AuditTail {
    private struct Current {
        let handle: any AppendedFile
        let firstSequence: Int64
        /// Of what is known to be on the disk.
        var length: Int64
        let startedAt: NumericDate
        /// Something may stand behind `length`.
        var isDoubtful = false
    }

    /// Room for lines that is kept from one write to the next; what an outage has needed is not.
    private static let roomBytesMax = 1_048_576

    private let folder: AuditFolder
    private let service: String
    private let settings: AuditSettings
    private let disk: any AuditDisk
    private(set) var chain: AuditChain
    /// Nil when the next record begins a file.
    private var current: Current?
    private var room: [UInt8] = []
    /// Of half a line, found at the end of the log when it was opened.
    let cutBytes: Int64

    /// Goes on where the last process stopped, or was stopped.
    ///
    /// - Throws: `AuditLogFailure.unreadable`, and what the disk throws.
    init(_ settings: AuditSettings, service: String, disk: any AuditDisk) throws {
        (self.settings, self.service, self.disk) = (settings, service, disk)
        folder = AuditFolder(settings.folder)
        chain = .beginning
        var cutBytes: Int64 = 0
        for file in try folder.files(of: service).reversed() {
            let end = try FileTail(of: file.path)
            try end.requireHalfLineAtMost(in: file.path)
            cutBytes += end.halfLineBytes
            guard let bytes = end.lastLine else {
                // Begun, and killed before its first record was whole.
                guard end.wholeBytes == 0 else { throw AuditLogFailure.unreadable(path: file.path) }
                try disk.remove(file.path)
                continue
            }
            guard let line = AuditLine(bytes) else { throw AuditLogFailure.unreadable(path: file.path) }
            chain = line.chain
            let handle = try disk.open(file.path)
            if end.halfLineBytes > 0 {
                try handle.cut(toBytes: end.wholeBytes)
                try handle.flush()
            }
            let first = try LineReader(file.path).next().flatMap { AuditLine($0.bytes) }
            current = Current(
                handle: handle,
                firstSequence: file.firstSequence,
                length: end.wholeBytes,
                startedAt: (first ?? line).time
            )
            break
        }
        self.cutBytes = cutBytes
    }

    /// Where it is.
    var place: AuditPlace { AuditPlace(chain: chain, fileSequence: current?.firstSequence ?? chain.sequence + 1) }

    /// Writes the records of what waits, and comes back when they are on the disk.
    ///
    /// They are read where they lie: a copy of each would cost as much as a third of its line.
    ///
    /// - Throws: what the disk throws; then none of them is in the log.
    func append(_ group: borrowing [AuditQueue.Waiting], now: NumericDate) throws {
        try cutBack()
        if let current, isFull(current, now) {
            current.handle.close()
            self.current = nil
        }
        var current = try self.current ?? begin(now)
        var writer = MemberWriter(reusing: exchange(&room, with: []))
        defer { if writer.bytes.count <= Self.roomBytesMax { room = writer.bytes } }
        var chain = chain
        var beginsFile = current.length == 0
        for index in group.indices {
            chain = chain.adding(group[index].record, beginsFile: beginsFile, to: &writer)
            beginsFile = false
        }
        current.isDoubtful = true
        self.current = current
        do {
            try current.handle.write(writer.bytes)
            try current.handle.flush()
        } catch {
            try? cutBack()
            throw error
        }
        current.length += Int64(writer.bytes.count)
        current.isDoubtful = false
        (self.current, self.chain) = (current, chain)
    }

    func close() {
        current?.handle.close()
        current = nil
    }

    private func cutBack() throws {
        guard let current, current.isDoubtful else { return }
        try current.handle.cut(toBytes: current.length)
        self.current?.isDoubtful = false
    }

    private func isFull(_ current: Current, _ now: NumericDate) -> Bool {
        current.length >= settings.fileBytesMax
            || (current.length > 0 && now >= current.startedAt + AuditTiming.fileSecondsMax)
    }

    private func begin(_ now: NumericDate) throws -> Current {
        let file = folder.file(of: service, number: chain.sequence + 1)
        let handle = try disk.open(file.path)
        return Current(handle: handle, firstSequence: file.firstSequence, length: 0, startedAt: now)
    }
}

extension AuditLine {
    /// When the decision was made; the beginning of time for a line that does not say.
    var time: NumericDate {
        NumericDate((document["time"]?.string.flatMap(AuditTime.read) ?? 0) / 1_000)
    }
}
