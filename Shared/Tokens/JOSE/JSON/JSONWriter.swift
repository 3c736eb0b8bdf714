/// Writes a JSON value in its shortest form, members in their given order.
public enum JSONWriter {
    /// The UTF-8 text of `object`.
    public static func bytes(_ object: JSONObject) -> [UInt8] { bytes(.object(object)) }

    /// The UTF-8 text of `value`.
    public static func bytes(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        write(value, into: &bytes)
        return bytes
    }

    /// The text of `object`.
    public static func text(_ object: JSONObject) -> String { String(decoding: bytes(object), as: UTF8.self) }

    private static func write(_ value: JSONValue, into bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
        // Made by hand it could hold anything; what is no number would write itself into the document.
        case .decimal(let text): bytes.append(contentsOf: isNumber(text) ? text.utf8 : "null".utf8)
        case .string(let text): append(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(element, into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                write(member.value, into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        let value = try? JSONReader.read(Array(text.utf8))
        return value.map { if case .decimal = $0 { true } else { false } } ?? false
    }

    /// Appends `text` as a JSON string, quotes included: for whoever writes a document straight into bytes.
    public static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { text in
            bytes.append(UInt8(ascii: "\""))
            // Nearly every text is one plain run, copied whole.
            var plain = 0
            for (index, byte) in text.enumerated() where needsEscape(byte) {
                bytes.append(contentsOf: text[plain..<index])
                appendEscaped(byte, to: &bytes)
                plain = index + 1
            }
            bytes.append(contentsOf: text[plain...])
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        guard byte < 0x20 else { return bytes.append(byte) }
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(hexadecimal[Int(byte >> 4)])
        bytes.append(hexadecimal[Int(byte & 15)])
    }

    private static let hexadecimal = [UInt8]("0123456789abcdef".utf8)
}
