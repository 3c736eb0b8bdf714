import Foundation
import Tokens

/// The heads of a service one by one, up to the last one at the time of the beginning: those that are signed later may speak of
/// records that were written later.
struct AuditHeadSequence {
    /// One line: what it says, or nil if nobody of ours has signed it.
    struct Head {
        let claims: AuditHeadClaims?
        let file: String
        /// From 1; nil where the others of its file were passed over.
        let line: Int?
    }

    /// Of the heads that are signed now.
    var path: String { heads.path }
    private let heads: AuditHeadFiles
    private let every: Bool
    private let lastLine: [UInt8]?
    private var closed: ArraySlice<AuditFile>
    private var current: LineReader?
    private var reading: (lines: LineReader, file: String)?

    init(_ heads: AuditHeadFiles, every: Bool) throws {
        (self.heads, self.every) = (heads, every)
        // Opened before the others are listed: it may become one of them meanwhile, and is better read twice than not at all.
        let end = try heads.currentEnd
        current = try end.map { try LineReader(heads.path, bytesMax: $0.wholeBytes) }
        closed = try heads.closed[...]
        lastLine = try end?.lastLine ?? heads.lastLine
    }

    /// The last one, if it is good.
    var last: AuditHead? {
        get async {
            guard let lastLine else { return nil }
            return await heads.read(lastLine)
        }
    }

    /// Whether there is another last one by now.
    var haveGrown: Bool { get throws { try heads.lastLine != lastLine } }

    mutating func next() async throws -> Head? {
        while true {
            if let (lines, file) = reading, let line = try lines.next(complete: true) {
                return Head(claims: await heads.read(line.bytes)?.claims, file: file, line: line.number)
            }
            guard let file = closed.popFirst() else {
                guard let current else { return nil }
                (reading, self.current) = ((current, heads.path), nil)
                continue
            }
            if every {
                reading = (try LineReader(file.path), file.path)
            } else if let line = try FileTail(of: file.path).lastLine {
                return Head(claims: await heads.read(line)?.claims, file: file.path, line: nil)
            }
        }
    }
}
