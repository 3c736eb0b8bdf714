import Foundation
import SystemPackage
import Tokens

/// Signs how far the log reaches, every few seconds, into a file of its own: one audit head a line (`AuditHeadClaims`).
///
/// The chain of hashes alone shows a change to a part of the log. Whoever writes all of it anew, or cuts off its end, is found out
/// by the heads, which they cannot sign; and whoever takes heads away as well, by a copy of them elsewhere.
///
/// Each head names the first record that is still kept. Retention signs a head before it removes a file: where the log begins with
/// another record than the last head says, somebody else has removed it.
///
/// A start signs what it finds, a stop what it leaves, as `closed`. The two are the same unless somebody else wrote in between.
///
/// The public keys lie beside it as a JWK set (RFC 7517 §5), `<service>.keys.json`: a new key is added to the older ones.
final class AuditHeads {
    private let service: String
    private let minter: TokenMinter
    private let file: AuditHeadFile
    private let disk: any AuditDisk
    private var handle: any AppendedFile
    private(set) var last: AuditHeadClaims?
    private var withheldSequence: Int64?

    /// - Throws: what the disk throws.
    init(_ settings: AuditSettings, service: String, key: SigningKey, disk: any AuditDisk) async throws {
        (self.service, self.disk) = (service, disk)
        minter = TokenMinter { _ in key }
        let folder = settings.headsFolder
        var keys = (try? AuditHeadFile.keys(of: service, in: folder)) ?? KeySet([])
        if keys[key.keyID] == nil {
            keys = KeySet(keys.keys + [key.verificationKey])
            try disk.replace(AuditHeadFile.keysPath(of: service, in: folder), with: JSONWriter.bytes(keys.document))
        }
        file = AuditHeadFile(service: service, folder: folder, keys: keys)
        handle = try disk.open(file.path)
        let end = try FileTail(of: file.path)
        if end.halfLineBytes > 0 { try handle.cut(toBytes: end.wholeBytes) }
        if let line = end.lastLine { last = await file.read(line)?.claims }
    }

    /// Signs nothing until there are more records: the first of them says that all heads were missing, and a head before it would
    /// hide that.
    func withhold(at chain: AuditChain) { withheldSequence = chain.sequence }

    /// Signs where `chain` stands, and comes back when that is on the disk.
    ///
    /// - Throws: what the disk throws, and the cryptography library.
    func sign(_ chain: AuditChain, firstSequence: Int64, isClosed: Bool, now: NumericDate) throws {
        guard chain.sequence != withheldSequence else { return }
        let head = AuditHeadClaims(
            service: service,
            issuedAt: now,
            firstSequence: firstSequence,
            lastSequence: chain.sequence,
            hash: Base64URL.encode(chain.hash),
            isClosed: isClosed
        )
        try handle.write(Array((try minter.mint(head).exposed + "\n").utf8))
        try handle.flush()
        last = head
    }

    /// Takes away the heads that speak of removed records only.
    ///
    /// - Throws: what the disk throws; then all of them are still there.
    func forget(before firstSequence: Int64) throws {
        var kept: [UInt8] = []
        let lines = try LineReader(file.path)
        while let line = try lines.next(complete: true) {
            // Unsigned or not: what is no head stays for the verifier to find.
            let payload = AuditHeadFile.decodeWithoutVerifying(line.bytes)
            if let sequence = payload?["seq"]?.integer, sequence < firstSequence { continue }
            kept += line.bytes + [UInt8(ascii: "\n")]
        }
        try disk.replace(file.path, with: kept)
        handle.close()
        handle = try disk.open(file.path)
    }

    func close() { handle.close() }
}

/// A head that one of the keys has signed.
struct AuditHead {
    let claims: AuditHeadClaims
    /// Of the key itself: whoever writes a key set can give a key any `kid`.
    let key: KeyThumbprint
}

/// The heads of one service, for whoever reads them.
struct AuditHeadFile {
    let service: String
    let path: String
    private let keys: KeySet
    private let validator: TokenValidator<AuditHeadClaims>

    init(service: String, folder: String, keys: KeySet) {
        (self.service, self.keys) = (service, keys)
        path = "\(folder)/\(service).heads"
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

    static func decodeWithoutVerifying(_ line: [UInt8]) -> JSONObject? {
        try? UnverifiedToken.decodeWithoutVerifying(Credential(String(decoding: line, as: UTF8.self))).payload
    }
}
