/// Scope values (RFC 6749 §3.3): a set, written as one text with single spaces, here always sorted.
public struct ScopeSet: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The values, each of which is one or more characters of RFC 6749 §3.3.
    public private(set) var values: Set<String>

    /// The set of `values`, which are the house's own; what comes from outside goes through `init(reading:)`.
    public init(_ values: some Sequence<String>) { self.values = Set(values) }
    /// The same, as a literal.
    public init(arrayLiteral elements: String...) { values = Set(elements) }

    /// Reads the text form.
    ///
    /// - Refuses: nil for an empty text, two spaces in a row, or a character outside `%x21 / %x23-5B / %x5D-7E`.
    public init?(reading text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isAllowed) }) else { return nil }
        values = Set(parts.map(String.init))
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Whether nothing is granted.
    public var isEmpty: Bool { values.isEmpty }
    /// Whether `value` is granted, as exact text: `orders` does not contain `orders:read`.
    public func contains(_ value: String) -> Bool { values.contains(value) }
    /// Whether this set is no wider than `other`.
    public func isSubset(of other: ScopeSet) -> Bool { values.isSubset(of: other.values) }
    /// What both grant.
    public func intersection(_ other: ScopeSet) -> ScopeSet { ScopeSet(values.intersection(other.values)) }
    /// What either grants.
    public func union(_ other: ScopeSet) -> ScopeSet { ScopeSet(values.union(other.values)) }

    /// The text form.
    public var text: String { values.sorted().joined(separator: " ") }
    /// As `text`.
    public var description: String { text }
}
