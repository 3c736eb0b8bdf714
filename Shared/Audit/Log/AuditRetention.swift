import Tokens

/// Which files of a log are too old to be kept: those whose last record is older than the retention allows.
struct AuditRetention {
    /// Between two looks: a file may stay for as much longer.
    static let secondsBetweenLooks: Int64 = 600

    private let folder: AuditFolder
    private let service: String
    private let retentionDays: Int64
    private var lookedAt: NumericDate?

    init(_ settings: AuditSettings, service: String) {
        folder = AuditFolder(settings.folder)
        retentionDays = settings.retentionDays
        self.service = service
    }

    /// Whether it is time to look; asked after every write, so it does nothing but compare.
    mutating func isDue(_ now: NumericDate) -> Bool {
        if let lookedAt, now >= lookedAt, now < lookedAt + Self.secondsBetweenLooks { return false }
        lookedAt = now
        return true
    }

    /// The files to remove, the oldest first, and the first record behind them. The last file stays whatever its age: the chain goes
    /// on from it.
    ///
    /// - Throws: `unreadable` for a file whose age nobody knows, and which would keep all behind it; what the disk throws.
    func expired(_ now: NumericDate) throws -> (files: [AuditFile], firstSequence: Int64)? {
        let files = try folder.files(of: service)
        var expired: [AuditFile] = []
        for file in files.dropLast() {
            guard let line = try FileTail(of: file.path).lastLine.flatMap(AuditLine.init) else {
                throw AuditLogFailure.unreadable(path: file.path)
            }
            guard line.time + retentionDays * 86_400 < now else { break }
            expired.append(file)
        }
        return expired.isEmpty ? nil : (expired, files[expired.count].firstSequence)
    }
}
