import Foundation

/// The folder in which the files of audit logs lie: `<service>-<number of the first record>.jsonl`, one JSON object a line.
public struct AuditFolder: Sendable {
    /// As it was given.
    public let path: String
    private let suffix: String

    /// The folder at a path, whether there is one or not.
    public init(_ path: String) { self.init(path, suffix: "jsonl") }

    /// - Parameter suffix: how the names of the files end.
    init(_ path: String, suffix: String) { (self.path, self.suffix) = (path, suffix) }

    /// The services that have written here, in the order of the alphabet; none where there is no such folder.
    public var services: [String] { get throws { Set(try files.map(\.service)).sorted() } }

    /// The files of one service, the oldest first.
    func files(of service: String) throws -> [AuditFile] {
        try files.filter { $0.service == service }.sorted { $0.number < $1.number }
    }

    /// Where the file of this number lies. Twelve digits: the order of names is the order of records.
    func file(of service: String, number: Int64) -> AuditFile {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, AuditFile.digits - digits.count))
        return AuditFile(service: service, number: number, path: "\(path)/\(service)-\(zeros)\(digits).\(suffix)")
    }

    /// Of all services.
    var files: [AuditFile] {
        get throws {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: path).compactMap { name in
                AuditFile(name: name, suffix: suffix, in: path)
            }
        }
    }
}

/// One file of a service's log, by what its name says.
struct AuditFile: Sendable, Equatable {
    static let digits = 12

    let service: String
    /// Of a record.
    let number: Int64
    let path: String

    /// A file of records has the number of its first one.
    var firstSequence: Int64 { number }
}

extension AuditFile {
    /// Nil for a name of another form: what else lies there is not ours.
    fileprivate init?(name: String, suffix: String, in folder: String) {
        guard name.hasSuffix(".\(suffix)") else { return nil }
        let parts = name.dropLast(suffix.count + 1)
        guard let dash = parts.lastIndex(of: "-"), dash > parts.startIndex else { return nil }
        let digits = parts[parts.index(after: dash)...]
        guard digits.utf8.count >= Self.digits, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let number = Int64(digits), number > 0
        else { return nil }
        self.init(service: String(parts[..<dash]), number: number, path: "\(folder)/\(name)")
    }
}
