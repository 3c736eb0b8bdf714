import SystemPackage

/// How a file of lines ends: after a kill, often within a line.
struct FileTail {
    /// Without its line feed; nil where there is no whole line.
    let lastLine: [UInt8]?
    /// Up to and with the last line feed.
    let wholeBytes: Int64
    /// What stands behind it: half a line.
    let halfLineBytes: Int64

    /// Reads the end of the file alone.
    init(of path: String) throws {
        let descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
        defer { try? descriptor.close() }
        let size = try descriptor.seek(offset: 0, from: .end)
        // Room for the last line, and for half of one behind it.
        let start = max(0, size - 2 * Int64(AuditBounds.lineBytesMax))
        let end = try Self.read(descriptor, from: start, count: Int(size - start))
        guard let lineFeed = end.lastIndex(of: UInt8(ascii: "\n")) else {
            (lastLine, wholeBytes, halfLineBytes) = (nil, start, size - start)
            return
        }
        let before = end[..<lineFeed].lastIndex(of: UInt8(ascii: "\n"))
        lastLine = Array(end[(before.map { $0 + 1 } ?? 0)..<lineFeed])
        wholeBytes = start + Int64(lineFeed) + 1
        halfLineBytes = size - wholeBytes
    }

    /// Asked before the half line is taken away.
    ///
    /// - Throws: `unreadable` for more than a line can hold: no kill has left that, and it is not ours to delete.
    func requireHalfLineAtMost(in path: String) throws(AuditLogFailure) {
        guard halfLineBytes <= AuditBounds.lineBytesMax else { throw .unreadable(path: path) }
    }

    private static func read(_ descriptor: FileDescriptor, from start: Int64, count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let part = try [UInt8](unsafeUninitializedCapacity: count - bytes.count) { buffer, read in
                let target = UnsafeMutableRawBufferPointer(buffer)
                read = try descriptor.read(fromAbsoluteOffset: start + Int64(bytes.count), into: target)
            }
            guard !part.isEmpty else { break }
            bytes += part
        }
        return bytes
    }
}
