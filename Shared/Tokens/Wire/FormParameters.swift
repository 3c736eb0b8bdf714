/// The parameters of an OAuth request (RFC 6749 §3.1, §3.2): form-encoded, each at most once, empty ones as if not
/// sent.
public struct FormParameters: Sendable, CustomStringConvertible, CustomReflectable {
    private let values: [String: String]
    /// `resource` and `audience`, the only parameters that may stand more than once (RFC 8707 §2, RFC 8693 §2.1).
    private let repeated: [String: [String]]

    /// Reads `application/x-www-form-urlencoded` text: a body, or the query of an authorization request.
    ///
    /// - Takes: at most `Bounds.formBytesMax` bytes.
    /// - Refuses: `bodyTooLarge`, `parameterDuplicated`, `parameterMalformed` for broken escapes, bytes that are not
    ///   UTF-8, or a control character (a NUL ends strings early in C code behind us).
    public init(reading text: some Collection<UInt8>) throws(Refusal) {
        guard text.count <= Bounds.formBytesMax else { throw .bodyTooLarge }
        var values: [String: String] = [:]
        var repeated: [String: [String]] = [:]
        // As an array from here on: what follows runs at every token request, and must be specialised.
        for pair in Array(text).split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try Self.decode(bytes: pair[..<equals])
            let value = try Self.decode(bytes: pair[equals...].dropFirst())
            if value.isEmpty { continue }  // RFC 6749 §3.2: without a value is as if omitted.
            if name == "resource" || name == "audience" {
                repeated[name, default: []].append(value)
            } else {
                guard values.updateValue(value, forKey: name) == nil else { throw .parameterDuplicated }
            }
        }
        self.values = values
        self.repeated = repeated
    }

    /// The parameters `pairs`, read back from what `encode` writes; the same refusals.
    public init(_ pairs: KeyValuePairs<String, String>) throws(Refusal) {
        try self.init(reading: Array(Self.encode(pairs).utf8))
    }

    /// The value of `name`; nil where none was sent, and for `resource` and `audience`: those have `all`.
    public func optional(_ name: String) -> String? { values[name] }

    /// The value of `name`, under the rules of `optional`.
    ///
    /// - Refuses: `parameterMissing`.
    public func required(_ name: String) throws(Refusal) -> String {
        guard let value = values[name] else { throw .parameterMissing }
        return value
    }

    /// Every value of `resource` (RFC 8707 §2) or `audience` (RFC 8693 §2.1), in the order sent.
    public func all(_ name: String) -> [String] { repeated[name] ?? [] }

    /// The `scope` parameter, nil where none was sent.
    ///
    /// - Refuses: `scopeMalformed` for text outside RFC 6749 §3.3.
    public func scope() throws(Refusal) -> ScopeSet? {
        guard let text = values["scope"] else { return nil }
        guard let scope = ScopeSet(reading: text) else { throw .scopeMalformed }
        return scope
    }

    /// The text that `init(reading:)` reads, every name and value percent-encoded.
    public static func encode(_ pairs: KeyValuePairs<String, String>) -> String {
        pairs.map { "\(percentEncode($0.key))=\(percentEncode($0.value))" }.joined(separator: "&")
    }

    /// `text` with every byte escaped that is not unreserved (RFC 3986 §2.3).
    public static func percentEncode(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(hexadecimal[Int(byte >> 4)])
                encoded.append(hexadecimal[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// `text` with its escapes resolved; `+` is a space, as forms write it.
    ///
    /// - Refuses: `parameterMalformed`, see `init(reading:)`.
    public static func decode(_ text: some Collection<UInt8>) throws(Refusal) -> String {
        try decode(bytes: Array(text)[...])
    }

    /// How many there are, and no more: among the values are passwords, codes and tokens, and the names are the
    /// caller's choice.
    public var description: String { "FormParameters(\(values.count + repeated.count))" }
    /// The count alone, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["count": values.count + repeated.count]) }

    private static func decode(bytes text: ArraySlice<UInt8>) throws(Refusal) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else {
                    throw .parameterMalformed
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        guard decoded.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), let value = String(validating: decoded, as: UTF8.self)
        else { throw .parameterMalformed }
        return value
    }

    /// Whether `byte` stands for itself in every part of a URL (RFC 3986 §2.3).
    public static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static let hexadecimal = [UInt8]("0123456789ABCDEF".utf8)
}
