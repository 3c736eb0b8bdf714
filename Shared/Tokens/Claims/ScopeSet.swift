/// Scope values (RFC 6749 §3.3): a set, written as one text with single spaces, here always sorted.
public struct ScopeSet: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    public private(set) var values: Set<String>

    public init(_ values: some Sequence<String>) { self.values = Set(values) }
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

    public var isEmpty: Bool { values.isEmpty }
    public func contains(_ value: String) -> Bool { values.contains(value) }
    public func isSubset(of other: ScopeSet) -> Bool { values.isSubset(of: other.values) }
    public func intersection(_ other: ScopeSet) -> ScopeSet { ScopeSet(values.intersection(other.values)) }
    public func union(_ other: ScopeSet) -> ScopeSet { ScopeSet(values.union(other.values)) }

    /// The text form.
    public var text: String { values.sorted().joined(separator: " ") }
    public var description: String { text }
}
