/// One request's way through the house: its transaction id, and the place of one service on it.
///
/// The trace id of W3C Trace Context is the transaction id in another spelling: 16 random bytes, as base64url in tokens and
/// records (`txn`), as hexadecimal digits in `traceparent`. So every tool that follows traces finds what the audit knows.
///
/// - Source: W3C Trace Context §3.2; `txn`, RFC 8417 §2.2.
public struct TraceContext: Sendable, Hashable {
    /// 22 characters of base64url.
    public let transactionID: String
    /// 16 hexadecimal digits, of the service that writes this.
    public let spanID: String

    /// A new span, in a new trace unless one is named.
    ///
    /// - Parameter transactionID: 16 bytes as base64url.
    public init(transactionID: String? = nil) {
        self.transactionID = transactionID ?? Credential.random(byteCount: 16).exposed
        var generator = SystemRandomNumberGenerator()
        // Zero would mean "no span" (W3C Trace Context §3.2.2.4).
        spanID = Hexadecimal.text(of: UInt64.random(in: 1 ... .max, using: &generator))
    }

    private init(unchecked transactionID: String, _ spanID: String) {
        self.transactionID = transactionID
        self.spanID = spanID
    }

    /// Of no request at all.
    public static let none = TraceContext(unchecked: "", "0000000000000000")

    /// Reads a `traceparent` field.
    ///
    /// - Gives: nil for another version than 00, for any other form, and for ids of zeros only (W3C Trace Context §3.2.2).
    public init?(traceparent text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 55, parts.count == 4, parts[0] == "00", parts[3].utf8.count == 2,
            let trace = Hexadecimal.bytes(parts[1]), trace.count == 16, trace.contains(where: { $0 != 0 }),
            let span = Hexadecimal.bytes(parts[2]), span.count == 8, span.contains(where: { $0 != 0 }),
            Hexadecimal.bytes(parts[3]) != nil
        else { return nil }
        self.init(unchecked: Base64URL.encode(trace), String(parts[2]))
    }

    /// Reads what a record holds.
    ///
    /// - Gives: nil unless both have their form.
    public init?(transactionID: String, spanID: String) {
        guard Self.isTransactionID(transactionID), Hexadecimal.bytes(spanID[...])?.count == 8 else { return nil }
        self.transactionID = transactionID
        self.spanID = spanID
    }

    /// Only what we make ourselves: 22 characters of base64url. Anything else could smuggle text into logs.
    public static func isTransactionID(_ text: String) -> Bool {
        text.utf8.count == 22 && Base64URL.decode(text)?.count == 16
    }

    /// The transaction id as 32 hexadecimal digits.
    public var traceID: String { Hexadecimal.text(of: Base64URL.decode(transactionID) ?? []) }

    /// The value of `traceparent`, sampled.
    public var traceparent: String { "00-\(traceID)-\(spanID)-01" }

    /// The fields with which a service tells the next one whose request this is.
    public var headers: [(String, String)] {
        [(HeaderName.transactionID, transactionID), (HeaderName.traceparent, traceparent)]
    }
}

/// Lower-case hexadecimal digits.
enum Hexadecimal {
    private static let digits = [UInt8]("0123456789abcdef".utf8)

    static func text(of bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    static func text(of integer: UInt64) -> String {
        text(of: (0..<8).map { UInt8(truncatingIfNeeded: integer >> (56 - 8 * $0)) })
    }

    /// Nil for an odd number of characters, and for anything but lower-case digits.
    static func bytes(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text.utf8 {
            guard let digit = digits.firstIndex(of: character).map({ UInt8($0) }) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }
}
