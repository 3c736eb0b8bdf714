/// Reads one JSON document strictly (RFC 8259), within `Bounds`.
///
/// - Refuses: anything but UTF-8, duplicate members, a byte order mark, text behind the value, control characters in
///   strings, unpaired surrogates, leading zeros, nesting or size beyond `Bounds`.
/// - Source: RFC 8259 §4, §6, §8.1; RFC 7519 §4 (duplicate claim names); RFC 8725 §2.6, §3.7.
public struct JSONReader {
    /// What is wrong with a document. Closed, so that a caller can map it; it never quotes the document.
    public enum Failure: Error, Sendable { case duplicateMember, malformed, notUTF8, tooDeep, tooLarge }

    /// The value of a whole document of at most `bytesMax` bytes.
    public static func read(
        _ bytes: [UInt8],
        bytesMax: Int = Bounds.documentBytesMax
    ) throws(Failure) -> JSONValue {
        guard bytes.count <= bytesMax else { throw .tooLarge }
        var reader = JSONReader(bytes: bytes)
        reader.skipWhitespace()
        let value = try reader.value(depth: 0)
        reader.skipWhitespace()
        guard reader.position == bytes.count else { throw .malformed }
        return value
    }

    /// The members of a document that is an object; `malformed` for any other value.
    public static func readObject(
        _ bytes: [UInt8],
        bytesMax: Int = Bounds.documentBytesMax
    ) throws(Failure) -> JSONObject {
        guard let object = try read(bytes, bytesMax: bytesMax).object else { throw .malformed }
        return object
    }

    private let bytes: [UInt8]
    private var position = 0

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        for offset in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[offset]) else { throw .malformed }
        }
        return value
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONObject {
        guard depth < Bounds.jsonDepthMax else { throw .tooDeep }
        position += 1
        var object = JSONObject()
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return object }
        repeat {
            guard object.members.count < Bounds.jsonElementsMax else { throw .tooLarge }
            skipWhitespace()
            guard next == UInt8(ascii: "\"") else { throw .malformed }
            let name = try string()
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw .malformed }
            skipWhitespace()
            let value = try value(depth: depth + 1)
            // Two readers that pick different twins of one claim disagree about who is calling.
            guard object.appendUnique(name, value) else { throw .duplicateMember }
            skipWhitespace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw .malformed }
        return object
    }

    private mutating func array(depth: Int) throws(Failure) -> [JSONValue] {
        guard depth < Bounds.jsonDepthMax else { throw .tooDeep }
        position += 1
        var elements: [JSONValue] = []
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return elements }
        repeat {
            guard elements.count < Bounds.jsonElementsMax else { throw .tooLarge }
            skipWhitespace()
            elements.append(try value(depth: depth + 1))
            skipWhitespace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw .malformed }
        return elements
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leading = position
        try digits()
        guard bytes[leading] != UInt8(ascii: "0") || position == leading + 1 else { throw .malformed }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isInteger, let integer = Int64(text) else { return .decimal(text) }
        return .integer(integer)
    }

    private mutating func digits() throws(Failure) {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw .malformed }
    }

    private mutating func string() throws(Failure) -> String {
        position += 1
        let start = position
        // Fast path: no escape up to the closing quote.
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { throw .malformed }
            position += 1
        }
        guard next == UInt8(ascii: "\\") else {
            let text = try text(bytes[start..<position])
            guard take(UInt8(ascii: "\"")) else { throw .malformed }
            return text
        }
        return try escapedString(from: Array(bytes[start..<position]))
    }

    private mutating func escapedString(from head: [UInt8]) throws(Failure) -> String {
        var decoded = head
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(decoded[...])
            case UInt8(ascii: "\\"): try escape(into: &decoded)
            case 0..<0x20: throw .malformed
            default: decoded.append(byte)
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
        case UInt8(ascii: "u"):
            decoded.append(contentsOf: String(Character(try unicodeEscape())).utf8)
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

    private func text(_ slice: ArraySlice<UInt8>) throws(Failure) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw .notUTF8 }
        return text
    }
}
