/// Scope values (RFC 6749 §3.3): a set, written as one text with single spaces, here always sorted.
public struct ScopeSet: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The values, each of which is one or more characters of RFC 6749 §3.3; sorted, each once. They are few: an array
    /// is smaller and faster than a hashed set.
    public let values: [String]

    /// The set of `values`, which are the house's own; what comes from outside goes through `init(reading:)`.
    public init(_ values: some Sequence<String>) {
        var sorted = Array(values)
        // As its issuer wrote it, it is in order.
        if !zip(sorted, sorted.dropFirst()).allSatisfy({ $0 < $1 }) {
            sorted = Set(sorted).sorted()
        }
        self.values = sorted
    }
    /// The same, as a literal.
    public init(arrayLiteral elements: String...) { self.init(elements) }

    /// Reads the text form.
    ///
    /// - Refuses: nil for an empty text, two spaces in a row, or a character outside `%x21 / %x23-5B / %x5D-7E`.
    public init?(reading text: String) {
        var values: [String] = []
        var value = text.startIndex
        var index = value
        while index < text.endIndex {
            let byte = text.utf8[index]
            let next = text.utf8.index(after: index)
            if byte == UInt8(ascii: " ") {
                guard value < index else { return nil }
                values.append(String(text[value..<index]))
                value = next
            } else if !Self.isAllowed(byte) {
                return nil
            }
            index = next
        }
        guard value < index else { return nil }
        values.append(String(text[value...]))
        self.init(values)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Whether nothing is granted.
    public var isEmpty: Bool { values.isEmpty }
    /// Whether `value` is granted, as exact text: `orders` does not contain `orders:read`.
    public func contains(_ value: String) -> Bool { values.contains(value) }
    /// Whether this set is no wider than `other`.
    public func isSubset(of other: ScopeSet) -> Bool { values.allSatisfy(other.contains) }
    /// What both grant.
    public func intersection(_ other: ScopeSet) -> ScopeSet { ScopeSet(values.filter(other.contains)) }
    /// What either grants.
    public func union(_ other: ScopeSet) -> ScopeSet { ScopeSet(values + other.values) }

    /// The text form.
    public var text: String { values.joined(separator: " ") }
    /// As `text`.
    public var description: String { text }
}
