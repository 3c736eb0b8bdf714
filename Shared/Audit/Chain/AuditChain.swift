import Crypto
import Tokens

/// Where a log's chain stands: the number of its last record, and the hash over that one and all before it.
///
/// `hash` = SHA-256 of the hash before it and of the line without its own `hash` member. So no record can be changed, added or taken
/// away without changing every hash behind it. (That alone does not stop somebody who writes all of them anew: see `AuditHeads`.)
struct AuditChain: Sendable, Equatable {
    /// Of a log without a record: 0.
    let sequence: Int64
    /// 32 bytes.
    let hash: [UInt8]

    static let beginning = AuditChain(sequence: 0, hash: [UInt8](repeating: 0, count: 32))

    /// The chain with `record` at its end, whose line is appended to `writer`.
    ///
    /// - Parameter beginsFile: the line then names the hash before it, so that it can be checked without the file before.
    func adding(_ record: AuditRecord, beginsFile: Bool, to writer: inout MemberWriter) -> AuditChain {
        let start = writer.bytes.count
        writer.begin()
        writer.integer("seq", sequence + 1)
        if beginsFile { writer.text("previous", Base64URL.encode(hash)) }
        record.write(to: &writer)
        writer.end()
        let next = AuditChain(
            sequence: sequence + 1,
            hash: writer.bytes.withUnsafeBytes { self.hash(over: UnsafeRawBufferPointer(rebasing: $0[start...])) }
        )
        writer.reopen()
        writer.text("hash", Base64URL.encode(next.hash))
        writer.end()
        writer.endLine()
        return next
    }

    /// The hash of a line that follows.
    func hash(over content: UnsafeRawBufferPointer) -> [UInt8] {
        var function = SHA256()
        hash.withUnsafeBytes { function.update(bufferPointer: $0) }
        function.update(bufferPointer: content)
        return function.finalize().withUnsafeBytes { Array($0) }
    }
}

/// One line of a log, taken apart and not yet compared with the line before it.
struct AuditLine {
    let document: JSONObject
    let sequence: Int64
    let hash: [UInt8]
    /// The hash before it; in the first line of a file.
    let previous: [UInt8]?
    /// What `hash` is over, beside the hash before it.
    private let content: [UInt8]

    /// Nil for what no service has written: no JSON, no number, or no hash at its end.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONReader.readObject(bytes, bytesMax: AuditBounds.lineBytesMax),
            let sequence = document["seq"]?.integer, sequence > 0,
            let text = document["hash"]?.string, let hash = Base64URL.decode(text), hash.count == 32
        else { return nil }
        // The member as it is written, at the end and nowhere else: two forms of one line would have one hash.
        let member = Array(",\"hash\":\"\(text)\"}".utf8)
        guard bytes.suffix(member.count).elementsEqual(member) else { return nil }
        self.document = document
        self.sequence = sequence
        self.hash = hash
        previous = document["previous"]?.string.flatMap(Base64URL.decode)
        content = bytes.dropLast(member.count) + [UInt8(ascii: "}")]
    }

    /// Whether this is the line that stood behind `chain` when it was written.
    func follows(_ chain: AuditChain) -> Bool {
        sequence == chain.sequence + 1 && content.withUnsafeBytes { chain.hash(over: $0) } == hash
            && (previous == nil || previous == chain.hash)
    }

    /// The chain with this line at its end.
    var chain: AuditChain { AuditChain(sequence: sequence, hash: hash) }
}
