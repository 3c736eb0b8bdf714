extension String {
    /// Byte by byte (RFC 7519 §7.3, RFC 8259 §8.3). `==` also holds for texts that merely look alike: `K` and U+212A,
    /// the Kelvin sign.
    func isExactly(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let isSame = utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable { own.elementsEqual($0) } ?? own.elementsEqual(other.utf8)
        }
        return isSame ?? utf8.elementsEqual(other.utf8)
    }
}
