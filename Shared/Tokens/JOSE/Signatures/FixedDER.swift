/// A DER document that holds one value of one length: all that stands before the value never changes.
///
/// Reading it is a comparison, so that there is no second text for the same key, and no parser to attack.
struct FixedDER: Sendable {
    let prefix: [UInt8]
    let valueBytes: Int

    /// - Throws: `UnsoundKey` for any other document.
    func value(in document: [UInt8]) throws(UnsoundKey) -> [UInt8] {
        guard document.count == prefix.count + valueBytes, document.starts(with: prefix) else { throw UnsoundKey() }
        return Array(document[prefix.count...])
    }

    func document(of value: some Sequence<UInt8>) -> [UInt8] { prefix + value }
}

/// A key that cannot be read, or not one of the size and form that its algorithm asks for. It never quotes the key.
public struct UnsoundKey: Error, Sendable, CustomStringConvertible {
    /// What is wrong, and the way out.
    public let description: String

    init(_ description: String = "the key is not of the size and form that its algorithm asks for") {
        self.description = description
    }
}
