/// Reads the records of a folder, service by service, the oldest first, across files and in bounded memory.
///
/// It shows what is there and judges nothing: whether it is all there, and as it was written, says `AuditVerifier`.
public struct AuditReader: Sendable {
    private let folder: AuditFolder
    private let services: [String]

    /// - Parameters:
    ///   - folder: of one service's log or of several.
    ///   - service: nil for all that have written there.
    /// - Throws: what the disk throws.
    public init(folder: String, service: String? = nil) throws {
        self.folder = AuditFolder(folder)
        services = try service.map { [$0] } ?? self.folder.services
    }

    /// Calls `body` with each record that `filter` lets through, until it gives false.
    ///
    /// - Gives: how many lines could not be read; half a line at the end, which may be under way, is none.
    /// - Throws: what `body` and the disk throw.
    @discardableResult
    public func forEach(
        _ filter: AuditFilter = AuditFilter(),
        _ body: (AuditEntry) throws -> Bool
    ) throws -> Int {
        var unreadableCount = 0
        for service in services {
            for file in try folder.files(of: service) {
                let lines = try LineReader(file.path)
                while let line = try lines.next(complete: true) {
                    guard let entry = AuditEntry(line.bytes) else {
                        unreadableCount += 1
                        continue
                    }
                    if filter.matches(entry.record), try !body(entry) { return unreadableCount }
                }
            }
        }
        return unreadableCount
    }
}

/// Gives the records of one service as they come, across files.
///
/// It polls: a log may lie on another machine's disk, where nobody tells of changes.
public struct AuditFollower {
    /// Of one poll.
    private static let entriesMax = 1_000

    private let folder: AuditFolder
    private let service: String
    private var file: AuditFile?
    private var lines: LineReader?

    /// Begins behind the last record that is there now.
    ///
    /// - Throws: what the disk throws.
    public init(folder: String, service: String) throws {
        self.folder = AuditFolder(folder)
        self.service = service
        guard let last = try self.folder.files(of: service).last else { return }
        file = last
        let lines = try LineReader(last.path)
        while try lines.next(complete: true) != nil {}
        self.lines = lines
    }

    /// What has come since the last time, a thousand records at most; empty when there is nothing new.
    ///
    /// - Throws: what the disk throws.
    public mutating func poll() throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        while true {
            // Asked before the rest of the file is read: one that has a successor does not grow any more.
            let next = try folder.files(of: service).first { $0.firstSequence > file?.firstSequence ?? 0 }
            while let line = try lines?.next(complete: true) {
                if let entry = AuditEntry(line.bytes) { entries.append(entry) }
                if entries.count == Self.entriesMax { return entries }
            }
            guard let next else { return entries }
            file = next
            lines = try LineReader(next.path)
        }
    }
}
