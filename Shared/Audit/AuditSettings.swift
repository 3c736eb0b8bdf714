/// Where a service keeps its audit log, and for how long.
public struct AuditSettings: Sendable {
    /// Of the records.
    public let folder: String
    /// Of the signed heads. On another volume, or copied elsewhere, they show what was done to the records.
    public let headsFolder: String
    /// Between two heads while records come.
    public let headSeconds: Int64
    /// A file is removed when its last record is older.
    public let retentionDays: Int64
    /// A file that has become longer is followed by the next one.
    public let fileBytesMax: Int64

    /// The settings, with the defaults of every service.
    public init(
        folder: String,
        headsFolder: String,
        headSeconds: Int64 = 5,
        retentionDays: Int64 = 90,
        fileBytesMax: Int64 = 67_108_864
    ) {
        self.folder = folder
        self.headsFolder = headsFolder
        self.headSeconds = headSeconds
        self.retentionDays = retentionDays
        self.fileBytesMax = fileBytesMax
    }
}

/// How long records wait, and how many.
public enum AuditTiming {
    /// For how long a record that may trail waits for company before it is written. What a crash can take, at most, is what came in
    /// this time and that of one flush.
    public static let trailMillisecondsMax = 20
    /// Between two tries while the disk takes nothing.
    public static let retryMilliseconds = 1_000
    /// For how long a record may wait that an answer waits for, before nothing more is begun that needs one.
    public static let waitMax: Duration = .seconds(2)
    /// For how long the end of a service waits for its last head.
    static let closeSecondsMax = 5
    /// Records that wait while the disk takes nothing. After that no request is answered that needs one.
    public static let waitingMax = 65_536
    /// Of all of them together: strangers' texts make a record longer.
    static let waitingBytesMax = 134_217_728
    /// Of a record in memory, beside those texts.
    static let recordBytesUsual = 2_048
    /// Records of one write.
    static let groupMax = 4_096
    /// A file is followed by the next one after this time, also where little is written: only whole files can be removed.
    static let fileSecondsMax: Int64 = 86_400
}

/// Why a log could not be opened, and the way out.
public enum AuditLogFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The disk does not let us.
    case cannotOpen(path: String, reason: String)
    /// Another process holds its lock.
    case inUse(path: String)
    /// The public keys of its heads cannot be read.
    case keysUnreadable(path: String)
    /// Its end is nothing that we write.
    case unreadable(path: String)

    /// What is wrong, and the way out.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "audit log \(path) cannot be opened (\(reason)). To fix it: let this user write there"
        case .inUse(let path):
            "audit log \(path) is written by another process. To fix it: stop that one, or set another audit.folder"
        case .keysUnreadable(let path):
            "audit log: the keys in \(path) cannot be read, so no head can be checked. To fix it: put a copy of the file in its place; "
                + "where there is none, keep the folder for an investigation, and set another audit.headsFolder"
        case .unreadable(let path):
            "audit log \(path): its end is no record, so nothing can be chained to it. To fix it: keep the folder as it is for "
                + "an investigation (gatehouse audit verify), and set another audit.folder"
        }
    }
}
