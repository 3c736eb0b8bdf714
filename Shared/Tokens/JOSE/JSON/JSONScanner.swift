/// A JSON document that has been read strictly and is not yet taken apart: where each value stands in the bytes.
///
/// Both ways of reading use it: `JSONReader` makes a tree of it, for documents that are looked at in many ways;
/// `ClaimReader` picks single claims out of it, for tokens, where building the tree would cost as much as all other
/// checks together.
struct JSONDocument: Sendable {
    let bytes: [UInt8]
    /// The values, each before what it contains; the members of an object as name, value, name, value.
    fileprivate(set) var nodes: [JSONNode] = []
    /// The strings that were written with escapes, decoded.
    fileprivate(set) var unescaped: [String] = []
}

/// One value, or the name of a member.
struct JSONNode: Sendable {
    enum Kind: UInt8, Sendable { case null, yes, no, integer, decimal, string, escapedString, array, object }

    let kind: Kind
    /// Of a string, the bytes between the quotes; of an escaped one, `start` is its place in `unescaped`.
    let start: Int32
    let end: Int32
    /// The node behind this one and all that it contains.
    fileprivate(set) var next: Int32
    /// Of a string, the length and three bytes of its text: texts that differ here need no closer look.
    let sketch: UInt32

    static func sketch(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        guard text.count > 1 else { return UInt32(text.first ?? 0) }
        return UInt32(truncatingIfNeeded: text.count) << 24 | UInt32(text[0]) << 16 | UInt32(text[1]) << 8
            | UInt32(text[text.count - 1])
    }
}

/// Reads bytes into a `JSONDocument`; what it refuses stands at `JSONReader`.
struct JSONScanner {
    typealias Failure = JSONReader.Failure

    private var document: JSONDocument
    private var position = 0
    private var isASCII = true

    static func scan(_ bytes: [UInt8], bytesMax: Int) throws(Failure) -> JSONDocument {
        guard bytes.count <= min(bytesMax, Int(Int32.max)) else { throw .tooLarge }
        var scanner = JSONScanner(document: JSONDocument(bytes: bytes))
        scanner.document.nodes.reserveCapacity(bytes.count / 12 + 2)
        scanner.skipWhitespace()
        try scanner.value(depth: 0)
        scanner.skipWhitespace()
        guard scanner.position == bytes.count else { throw .malformed }
        // Once for the whole document, also for what nobody is going to read.
        guard scanner.isASCII || String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        return scanner.document
    }

    private init(document: JSONDocument) { self.document = document }

    private var next: UInt8? { position < document.bytes.count ? document.bytes[position] : nil }

    private mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func append(_ kind: JSONNode.Kind, from start: Int, to end: Int, sketch: UInt32 = 0) {
        let next = Int32(document.nodes.count + 1)
        document.nodes.append(JSONNode(kind: kind, start: Int32(start), end: Int32(end), next: next, sketch: sketch))
    }

    private mutating func value(depth: Int) throws(Failure) {
        switch next {
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "t"): try literal("true", .yes)
        case UInt8(ascii: "f"): try literal("false", .no)
        case UInt8(ascii: "n"): try literal("null", .null)
        default: try number()
        }
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONNode.Kind) throws(Failure) {
        let start = position
        for offset in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[offset]) else { throw .malformed }
        }
        append(kind, from: start, to: position)
    }

    private mutating func object(depth: Int) throws(Failure) {
        let object = try open(.object, depth: depth)
        skipWhitespace()
        if !take(UInt8(ascii: "}")) {
            var count = 0
            var seen: UInt64 = 0
            repeat {
                count += 1
                guard count <= Bounds.jsonElementsMax else { throw .tooLarge }
                skipWhitespace()
                guard next == UInt8(ascii: "\"") else { throw .malformed }
                let name = document.nodes.count
                try string()
                // A name that looks like none before it is compared with none of them.
                let mark: UInt64 = 1 << UInt64((document.nodes[name].sketch &* 0x9E37_79B1) >> 26)
                // Two readers that pick different twins of one claim disagree about who is calling.
                guard seen & mark == 0 || !isTaken(name, in: object) else { throw .duplicateMember }
                seen |= mark
                skipWhitespace()
                guard take(UInt8(ascii: ":")) else { throw .malformed }
                skipWhitespace()
                try value(depth: depth + 1)
                skipWhitespace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw .malformed }
        }
        document.nodes[object].next = Int32(document.nodes.count)
    }

    private mutating func array(depth: Int) throws(Failure) {
        let array = try open(.array, depth: depth)
        skipWhitespace()
        if !take(UInt8(ascii: "]")) {
            var count = 0
            repeat {
                count += 1
                guard count <= Bounds.jsonElementsMax else { throw .tooLarge }
                skipWhitespace()
                try value(depth: depth + 1)
                skipWhitespace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw .malformed }
        }
        document.nodes[array].next = Int32(document.nodes.count)
    }

    private mutating func open(_ kind: JSONNode.Kind, depth: Int) throws(Failure) -> Int {
        guard depth < Bounds.jsonDepthMax else { throw .tooDeep }
        append(kind, from: position, to: position)
        position += 1
        return document.nodes.count - 1
    }

    private func isTaken(_ name: Int, in object: Int) -> Bool {
        let nodes = document.nodes.span
        let sketch = nodes[name].sketch
        var other = object + 1
        while other < name {
            if nodes[other].sketch == sketch, document.isSameText(other, name) { return true }
            other = Int(nodes[other + 1].next)
        }
        return false
    }

    private mutating func number() throws(Failure) {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leading = position
        try digits()
        guard document.bytes[leading] != UInt8(ascii: "0") || position == leading + 1 else { throw .malformed }
        var kind = JSONNode.Kind.integer
        if take(UInt8(ascii: ".")) {
            kind = .decimal
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            kind = .decimal
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        append(kind, from: start, to: position)
    }

    private mutating func digits() throws(Failure) {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw .malformed }
    }

    private mutating func string() throws(Failure) {
        position += 1
        let start = position
        let (end, isASCII) = try plainText(from: start)
        if !isASCII { self.isASCII = false }
        position = end
        guard next == UInt8(ascii: "\\") else {
            guard take(UInt8(ascii: "\"")) else { throw .malformed }
            let sketch = document.bytes.withUnsafeBufferPointer {
                JSONNode.sketch(UnsafeBufferPointer(rebasing: $0[start..<position - 1]))
            }
            append(.string, from: start, to: position - 1, sketch: sketch)
            return
        }
        let text = try escapedString(from: Array(document.bytes[start..<position]))
        let sketch = Array(text.utf8).withUnsafeBufferPointer(JSONNode.sketch)
        append(.escapedString, from: document.unescaped.count, to: position, sketch: sketch)
        document.unescaped.append(text)
    }

    /// Where the text ends: at a quote, at the first escape, or with the document.
    private func plainText(from start: Int) throws(Failure) -> (end: Int, isASCII: Bool) {
        let bytes = document.bytes.span
        var end = start
        var seen: UInt8 = 0
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") {
            guard bytes[end] >= 0x20 else { throw .malformed }
            seen |= bytes[end]
            end += 1
        }
        return (end, seen < 0x80)
    }
}

// MARK: - Strings with escapes (RFC 8259 §7)

extension JSONScanner {
    private mutating func escapedString(from head: [UInt8]) throws(Failure) -> String {
        var decoded = head
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: decoded, as: UTF8.self) else { throw .notUTF8 }
                return text
            case UInt8(ascii: "\\"): try escape(into: &decoded)
            case 0..<0x20: throw .malformed
            default:
                if byte >= 0x80 { isASCII = false }
                decoded.append(byte)
            }
        }
        throw .malformed
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(Failure) {
        guard let letter = next else { throw .malformed }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: String(Character(try unicodeEscape())).utf8)
        default: throw .malformed
        }
    }

    private mutating func unicodeEscape() throws(Failure) -> Unicode.Scalar {
        let first = try hexadecimal()
        guard (0xD800..<0xDC00).contains(first) else {
            guard let scalar = Unicode.Scalar(first) else { throw .malformed }
            return scalar
        }
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw .malformed }
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second) else { throw .malformed }
        guard let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) else {
            throw .malformed
        }
        return scalar
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .malformed }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
