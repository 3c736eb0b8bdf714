import Foundation
import Tokens

/// Checks whether a service's log is all there, and as it was written: every hash, every number, every file, and every signed head.
///
/// | what somebody did | what shows it |
/// |---|---|
/// | edited, added or took away a record, or changed their order | the chain of hashes |
/// | cut off the end, or took away the last file | a head that says more than there is |
/// | added records while the service was stopped | the head of the stop, and that of the next start |
/// | took away all heads while the service was stopped | the record of the next start |
/// | wrote the whole chain anew | a head with another hash |
/// | took away the oldest file | the first record that the last head names |
/// | forged a head | its signature |
///
/// Cut off behind the last head: nothing shows it (`uncoveredCount`). Heads taken away as well: only a copy of them elsewhere. And a
/// signature is worth what its key is: whoever can write where the heads lie can write the public keys beside them anew as well, and
/// sign a whole log of his own. Against keys that are kept elsewhere (`keysFolder`) that is no head of ours.
///
/// It reads each file once, line by line; a service may go on writing meanwhile.
public struct AuditVerifier: Sendable {
    private let folder: AuditFolder
    private let headsFolder: String
    private let keysFolder: String?

    /// - Parameter keysFolder: where a copy of `<service>.keys.json` is kept, of the keys that may have signed heads; nil for those
    ///   that lie beside the heads.
    public init(folder: String, headsFolder: String, keysFolder: String? = nil) {
        self.folder = AuditFolder(folder)
        self.headsFolder = headsFolder
        self.keysFolder = keysFolder
    }

    /// The services whose heads lie in a folder, in the order of the alphabet.
    public static func signedServices(in headsFolder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: headsFolder)) ?? []
        return names.filter { $0.hasSuffix(".heads") }.map { String($0.dropLast(".heads".count)) }.sorted()
    }

    /// - Throws: `AuditLogFailure.keysUnreadable`, and what the disk throws.
    public func verify(service: String) async throws -> AuditReport {
        let keys = try AuditHeadFile.keys(of: service, in: keysFolder ?? headsFolder)
        if let keysFolder, keys.keys.isEmpty {
            throw AuditLogFailure.keysUnreadable(path: AuditHeadFile.keysPath(of: service, in: keysFolder))
        }
        var run = try await AuditVerification(
            service,
            files: { try folder.files(of: service) },
            heads: AuditHeadSequence(AuditHeadFile(service: service, folder: headsFolder, keys: keys))
        )
        return try await run.report()
    }
}

/// The heads of a service one by one, up to the last one at the time of the beginning: those that are signed later may speak of
/// records that were written later.
struct AuditHeadSequence {
    /// One line: what it says, or nil if nobody of ours has signed it.
    struct Head {
        let claims: AuditHeadClaims?
        let line: Int

        /// Whether it speaks of this record; a head that is none may.
        func isOf(_ sequence: Int64) -> Bool { claims.map { $0.lastSequence == sequence } ?? true }
    }

    let path: String
    private let file: AuditHeadFile
    private let lines: LineReader?
    private let lastLine: [UInt8]?
    private var isAtEnd: Bool

    init(_ file: AuditHeadFile) throws {
        self.file = file
        path = file.path
        let exists = FileManager.default.fileExists(atPath: path)
        lastLine = exists ? try FileTail(of: path).lastLine : nil
        lines = lastLine == nil ? nil : try LineReader(path)
        isAtEnd = lines == nil
    }

    /// The last one, if it is good.
    var last: AuditHead? {
        get async {
            guard let lastLine else { return nil }
            return await file.read(lastLine)
        }
    }

    /// Whether there is another last one by now.
    var haveGrown: Bool {
        get throws { try FileManager.default.fileExists(atPath: path) && FileTail(of: path).lastLine != lastLine }
    }

    mutating func next() async throws -> Head? {
        guard !isAtEnd, let line = try lines?.next(complete: true) else { return nil }
        isAtEnd = line.bytes == lastLine
        return Head(claims: await file.read(line.bytes)?.claims, line: line.number)
    }
}
