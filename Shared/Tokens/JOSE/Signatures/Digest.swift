import Crypto

extension HashFunction {
    /// The digest of bytes that lie in one piece; `hash(data:)` also takes others, and pays for it with every token.
    static func digest(of bytes: ArraySlice<UInt8>) -> Digest {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var function = Self()
        function.update(bufferPointer: bytes)
        return function.finalize()
    }
}
