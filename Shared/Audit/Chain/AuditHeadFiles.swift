import Foundation
import Tokens

/// A head that one of the keys has signed.
struct AuditHead {
    let claims: AuditHeadClaims
    /// Of the key itself: whoever writes a key set can give a key any `kid`.
    let key: KeyThumbprint
}

/// The heads of one service, for whoever reads them.
///
/// `<service>.heads` has those that speak of the current file of records, or of the one before while nothing of the current one is
/// signed. Those of the other files lie in `<service>-<the last record that they speak of>.heads`.
struct AuditHeadFiles {
    private static let suffix = "heads"

    /// Of the current ones.
    let path: String
    private let service: String
    private let folder: AuditFolder
    private let keys: KeySet
    private let validator: TokenValidator<AuditHeadClaims>

    init(service: String, folder: String, keys: KeySet) {
        (self.service, self.keys) = (service, keys)
        self.folder = AuditFolder(folder, suffix: Self.suffix)
        path = "\(folder)/\(service).\(Self.suffix)"
        validator = TokenValidator(
            issuers: [service],
            audience: AuditHeadClaims.audience,
            algorithms: [.es256],
            keys: FixedKeys(keys, issuer: service),
            // A head of whatever day: a clock that was wrong, or moved by a test, takes nothing from what it says.
            clock: FixedClock(NumericDate(Bounds.dateSeconds.upperBound)),
            revocations: NothingRevoked()
        )
    }

    /// The end of the current ones; nil where there is no such file.
    var currentEnd: FileTail? {
        get throws { FileManager.default.fileExists(atPath: path) ? try FileTail(of: path) : nil }
    }

    /// The last one of all.
    var lastLine: [UInt8]? {
        get throws { try currentEnd?.lastLine ?? closed.last.flatMap { try FileTail(of: $0.path).lastLine } }
    }

    /// Those that do not grow any more, the oldest first.
    var closed: [AuditFile] { get throws { try folder.files(of: service) } }

    /// Where heads go that speak of no later record.
    func closed(at sequence: Int64) -> AuditFile { folder.file(of: service, number: sequence) }

    /// The services whose heads lie in a folder, in the order of the alphabet.
    static func services(in folder: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let closed = AuditFolder(folder, suffix: suffix)
        let others = try Set(closed.files.map { URL(filePath: $0.path).lastPathComponent })
        let current = try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
            name.hasSuffix(".\(suffix)") && !others.contains(name)
        }
        return try Set(current.map { String($0.dropLast(suffix.count + 1)) } + closed.services).sorted()
    }

    static func keysPath(of service: String, in folder: String) -> String { "\(folder)/\(service).keys.json" }

    /// None where there is no such file.
    ///
    /// - Throws: `keysUnreadable`.
    static func keys(of service: String, in folder: String) throws(AuditLogFailure) -> KeySet {
        let path = keysPath(of: service, in: folder)
        guard FileManager.default.fileExists(atPath: path) else { return KeySet([]) }
        do { return try KeySet(reading: Array(Data(contentsOf: URL(filePath: path)))) } catch {
            throw .keysUnreadable(path: path)
        }
    }

    /// Nil for what none of the keys has signed as a head of this service.
    func read(_ line: [UInt8]) async -> AuditHead? {
        let text = Credential(String(decoding: line, as: UTF8.self))
        guard let token = try? await validator.verify(text, from: .unproven), let key = keys[token.keyID] else {
            return nil
        }
        return AuditHead(claims: token.claims, key: KeyThumbprint(of: key))
    }
}
