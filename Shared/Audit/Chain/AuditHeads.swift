import Foundation
import SystemPackage
import Tokens

/// Signs how far the log reaches, every few seconds, into files of their own: one audit head a line (`AuditHeadClaims`).
///
/// The chain of hashes alone shows a change to a part of the log. Whoever writes all of it anew, or cuts off its end, is found out
/// by the heads, which they cannot sign; and whoever takes heads away as well, by a copy of them elsewhere.
///
/// Each head names the first record that is still kept. Retention signs a head before it removes a file: where the log begins with
/// another record than the last head says, somebody else has removed it.
///
/// A start signs what it finds, a stop what it leaves, as `closed`. The two are the same unless somebody else wrote in between.
///
/// For each file of records there is one of heads: the current one, and of the others `AuditHeadFiles`. They go together, and nobody
/// has to read the heads of years to take away those of a day.
///
/// The public keys lie beside it as a JWK set (RFC 7517 §5), `<service>.keys.json`: a new key is added to the older ones.
final class AuditHeads {
    private let service: String
    private let minter: TokenMinter
    private let files: AuditHeadFiles
    private let disk: any AuditDisk
    private var handle: any AppendedFile
    private(set) var last: AuditHeadClaims?
    private var withheldSequence: Int64?

    /// - Throws: `AuditLogFailure.keysUnreadable`, for keys that were written anew would make strangers' heads of all older ones;
    ///   `unreadable`, and what the disk throws.
    init(_ settings: AuditSettings, service: String, key: SigningKey, disk: any AuditDisk) async throws {
        (self.service, self.disk) = (service, disk)
        minter = TokenMinter { _ in key }
        let folder = settings.headsFolder
        var keys = try AuditHeadFiles.keys(of: service, in: folder)
        if keys[key.keyID] == nil {
            keys = KeySet(keys.keys + [key.verificationKey])
            try disk.replace(AuditHeadFiles.keysPath(of: service, in: folder), with: JSONWriter.bytes(keys.document))
        }
        files = AuditHeadFiles(service: service, folder: folder, keys: keys)
        handle = try disk.open(files.path)
        let end = try FileTail(of: files.path)
        try end.requireHalfLineAtMost(in: files.path)
        if end.halfLineBytes > 0 { try handle.cut(toBytes: end.wholeBytes) }
        if let line = try files.lastLine { last = await files.read(line)?.claims }
    }

    /// Signs nothing until there are more records: the first of them says that all heads were missing, and a head before it would
    /// hide that.
    func withhold(at chain: AuditChain) { withheldSequence = chain.sequence }

    /// The first record that is still kept, as it was signed: a file that somebody has removed meanwhile stays missed.
    var firstSequence: Int64 { last?.firstSequence ?? 1 }

    /// Signs where the log ends, and comes back when that is on the disk.
    ///
    /// - Throws: what the disk throws, and the cryptography library.
    func sign(_ place: AuditPlace, firstSequence: Int64? = nil, isClosed: Bool = false, now: NumericDate) throws {
        let chain = place.chain
        guard chain.sequence != withheldSequence else { return }
        if let last, last.lastSequence > 0, last.lastSequence < place.fileSequence {
            try beginFile(behind: last.lastSequence)
        }
        let head = AuditHeadClaims(
            service: service,
            issuedAt: now,
            firstSequence: firstSequence ?? self.firstSequence,
            lastSequence: chain.sequence,
            hash: Base64URL.encode(chain.hash),
            isClosed: isClosed
        )
        try handle.write(Array((try minter.mint(head).exposed + "\n").utf8))
        try handle.flush()
        last = head
    }

    /// Takes away the files of heads that speak of removed records only.
    ///
    /// - Throws: what the disk throws.
    func forget(before firstSequence: Int64) throws {
        for file in try files.closed where file.number < firstSequence { try disk.remove(file.path) }
    }

    func close() { handle.close() }

    private func beginFile(behind sequence: Int64) throws {
        let closed = files.closed(at: sequence)
        // Where it is there already, the last try came no further: what lies in its old place is the next one.
        if !FileManager.default.fileExists(atPath: closed.path) { try disk.rename(files.path, to: closed.path) }
        let next = try disk.open(files.path)
        handle.close()
        handle = next
    }
}
