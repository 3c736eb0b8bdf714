/// Reads one JSON document strictly (RFC 8259), within `Bounds`.
///
/// - Refuses: anything but UTF-8, duplicate members, a byte order mark, text behind the value, control characters in
///   strings, unpaired surrogates, leading zeros, nesting or size beyond `Bounds`.
/// - Source: RFC 8259 §4, §6, §8.1; RFC 7519 §4 (duplicate claim names); RFC 8725 §2.6, §3.7.
public enum JSONReader {
    /// What is wrong with a document. Closed, so that a caller can map it; it never quotes the document.
    public enum Failure: Error, Sendable {
        /// One object has two members of one name (RFC 7519 §4).
        case duplicateMember
        /// No JSON, or not in the form that was asked for.
        case malformed
        /// Bytes that are no UTF-8 (RFC 8259 §8.1).
        case notUTF8
        /// Arrays and objects beyond `Bounds.jsonDepthMax` inside one another.
        case tooDeep
        /// More bytes than asked for, or more than `Bounds.jsonElementsMax` members or elements.
        case tooLarge
    }

    /// The value of a whole document of at most `bytesMax` bytes.
    public static func read(
        _ bytes: [UInt8],
        bytesMax: Int = Bounds.documentBytesMax
    ) throws(Failure) -> JSONValue {
        try JSONScanner.scan(bytes, bytesMax: bytesMax).value(0)
    }

    /// The members of a document that is an object; `malformed` for any other value.
    public static func readObject(
        _ bytes: [UInt8],
        bytesMax: Int = Bounds.documentBytesMax
    ) throws(Failure) -> JSONObject {
        let document = try JSONScanner.scan(bytes, bytesMax: bytesMax)
        guard document.nodes[0].kind == .object else { throw .malformed }
        return document.object(0)
    }
}
