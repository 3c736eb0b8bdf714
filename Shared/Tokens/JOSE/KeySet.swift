/// A JWK set (RFC 7517 §5): the keys with which an issuer's tokens can be checked, by key id.
public struct KeySet: Sendable {
    /// The keys, in the order of the document.
    public let keys: [VerificationKey]

    /// A set of `keys`, which have an id each of their own.
    public init(_ keys: [VerificationKey]) { self.keys = keys }

    /// Reads a key-set document.
    ///
    /// - Takes: at most `Bounds.documentBytesMax` bytes of strict JSON with a `keys` array.
    /// - Gives: the keys we can use; others are passed over (RFC 7517 §5).
    /// - Refuses: an unreadable document, a key id that stands twice: which of the two would be meant?
    public init(reading bytes: [UInt8]) throws(JSONReader.Failure) {
        guard let entries = try JSONReader.readObject(bytes)["keys"]?.array else { throw .malformed }
        keys = entries.compactMap { $0.object.flatMap(VerificationKey.init(jwk:)) }
        guard Set(keys.map { Array($0.keyID.utf8) }).count == keys.count else { throw .duplicateMember }
    }

    /// The key with this id.
    public subscript(keyID: String) -> VerificationKey? { keys.first { $0.keyID.isExactly(keyID) } }

    /// The document that `init(reading:)` reads.
    public var document: JSONObject { ["keys": .array(keys.map { .object($0.jwk) })] }
}
