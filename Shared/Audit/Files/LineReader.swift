import SystemPackage

/// Reads a file line by line, however long it is, and goes on when it has grown.
final class LineReader {
    /// One line without its line feed.
    struct Line {
        /// From 1.
        let number: Int
        /// Empty for a line over the bound.
        let bytes: [UInt8]
        /// False for the last one of a file that ends within a line: it may be under way, or was never finished.
        let isComplete: Bool
    }

    private static let chunkBytes = 65_536

    private let descriptor: FileDescriptor
    private let end: Int64
    /// What has been read of the file and not yet given.
    private var buffer: [UInt8] = []
    private var start = 0
    private var offset: Int64 = 0
    private var lineNumber = 0

    /// - Parameter bytesMax: reads no further, whatever comes behind.
    init(_ path: String, bytesMax: Int64 = .max) throws {
        end = bytesMax
        descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    }

    deinit { try? descriptor.close() }

    /// The next line; nil at the end of the file, for now.
    ///
    /// - Parameter complete: leaves a line that has not ended where it is, for another time.
    func next(complete: Bool = false) throws -> Line? {
        var searched = start
        var isTooLong = false
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return line(isTooLong ? [] : buffer[start..<end], isComplete: true)
            }
            searched = buffer.count
            if searched - start > AuditBounds.lineBytesMax {
                isTooLong = true
                start = searched
            }
            let kept = start
            guard try fill() else {
                guard start < buffer.count || isTooLong, !complete else { return nil }
                defer { start = buffer.count }
                return line(isTooLong ? [] : buffer[start...], isComplete: false)
            }
            searched -= kept - start
        }
    }

    private func line(_ bytes: ArraySlice<UInt8>, isComplete: Bool) -> Line {
        lineNumber += 1
        return Line(number: lineNumber, bytes: Array(bytes), isComplete: isComplete)
    }

    /// Reads on; false at the end of the file. What has been given is forgotten.
    private func fill() throws -> Bool {
        buffer.removeFirst(start)
        start = 0
        let count = Int(min(Int64(Self.chunkBytes), end - offset))
        let chunk = try [UInt8](unsafeUninitializedCapacity: count) { buffer, count in
            count = try descriptor.read(fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
        }
        offset += Int64(chunk.count)
        buffer += chunk
        return !chunk.isEmpty
    }
}
