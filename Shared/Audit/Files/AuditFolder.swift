import Foundation

/// The folder in which the files of audit logs lie: `<service>-<number of the first record>.jsonl`, one JSON object a line.
public struct AuditFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// The services that have written here, in the order of the alphabet; none where there is no such folder.
    public var services: [String] { get throws { Set(try files.map(\.service)).sorted() } }

    /// The files of one service, the oldest first.
    func files(of service: String) throws -> [AuditFile] {
        try files.filter { $0.service == service }.sorted { $0.firstSequence < $1.firstSequence }
    }

    /// Where the file lies that begins with this record. Twelve digits: the order of names is the order of records.
    func file(of service: String, firstSequence: Int64) -> AuditFile {
        let digits = String(firstSequence)
        let number = String(repeating: "0", count: max(0, AuditFile.digits - digits.count)) + digits
        let path = "\(path)/\(service)-\(number).\(AuditFile.suffix)"
        return AuditFile(service: service, firstSequence: firstSequence, path: path)
    }

    private var files: [AuditFile] {
        get throws {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: path).compactMap { name in
                AuditFile(name: name, in: path)
            }
        }
    }
}

/// One file of a service's log, by what its name says.
struct AuditFile: Sendable, Equatable {
    static let suffix = "jsonl"
    static let digits = 12

    let service: String
    let firstSequence: Int64
    let path: String
}

extension AuditFile {
    /// Nil for a name of another form: what else lies there is not ours.
    fileprivate init?(name: String, in folder: String) {
        guard name.hasSuffix(".\(Self.suffix)") else { return nil }
        let parts = name.dropLast(Self.suffix.count + 1)
        guard let dash = parts.lastIndex(of: "-"), dash > parts.startIndex else { return nil }
        let number = parts[parts.index(after: dash)...]
        guard number.utf8.count >= Self.digits, number.allSatisfy({ $0.isASCII && $0.isNumber }),
            let first = Int64(number), first > 0
        else { return nil }
        self.init(service: String(parts[..<dash]), firstSequence: first, path: "\(folder)/\(name)")
    }
}
