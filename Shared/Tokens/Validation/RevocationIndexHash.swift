/// Turns an issuer and one of its ids into 64 bits, with keys that nobody outside this process can know.
///
/// Two ids with one hash would share a revocation, so nobody must be able to aim for that: the keys are drawn anew in
/// each process and no answer of ours shows a hash. By chance, one check against a table of a million entries hits a
/// stranger's in one of 2 * 10^13 cases, and then somebody signs in once more. Multiply and fold, as the maps of Go
/// do it: `Hasher` is six times slower, and five ids are hashed on every request.
struct RevocationIndexHash: Sendable {
    /// What no id hashes to.
    static let none = UInt64.max

    private let keys: (UInt64, UInt64, UInt64)

    init() { keys = (.random(in: 0 ... .max), .random(in: 0 ... .max), .random(in: 0 ... .max)) }

    /// What `issuer` adds to the hash of each of its ids.
    @inline(__always)
    func scope(of issuer: String) -> UInt64 { mixed(issuer, from: keys.0) }

    /// The hash of `identifier` under the issuer with this scope; `none` where there is no id.
    @inline(__always)
    func callAsFunction(_ identifier: String?, in scope: UInt64) -> UInt64 {
        guard let identifier else { return Self.none }
        return min(mixed(identifier, from: scope), Self.none - 1)
    }

    /// The hash of two ids that count together, from the hash of each; `none` where one of them is.
    @inline(__always)
    func callAsFunction(_ first: UInt64, and second: UInt64) -> UInt64 {
        guard first != Self.none, second != Self.none else { return Self.none }
        return min(fold(first ^ keys.1, second ^ keys.2), Self.none - 1)
    }

    @inline(__always)
    private func mixed(_ text: String, from seed: UInt64) -> UInt64 {
        text.utf8.withContiguousStorageIfAvailable { mixed(UnsafeRawBufferPointer($0), from: seed) }
            ?? Array(text.utf8).withUnsafeBytes { mixed($0, from: seed) }
    }

    /// Byte by byte, never as `String` compares: what merely looks alike is another id. The length is in it too, for a
    /// text must not equal the same one with zeros after it; at the end, where no byte of the text can cancel it out.
    @inline(__always)
    private func mixed(_ bytes: UnsafeRawBufferPointer, from seed: UInt64) -> UInt64 {
        var state = seed
        var offset = 0
        while offset + 16 <= bytes.count {
            state = fold(word(bytes, offset) ^ keys.1, word(bytes, offset + 8) ^ state)
            offset += 16
        }
        // Up to fifteen bytes are left. The last word overlaps the one before rather than read past the end.
        var first: UInt64 = 0
        if offset + 8 <= bytes.count {
            first = word(bytes, offset)
            offset += 8
        }
        var last: UInt64 = 0
        if bytes.count >= 8 {
            last = word(bytes, bytes.count - 8)
        } else {
            for byte in bytes { last = last << 8 | UInt64(byte) }
        }
        return fold(fold(first ^ keys.1, last ^ state), UInt64(truncatingIfNeeded: bytes.count) ^ keys.2)
    }

    @inline(__always)
    private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    @inline(__always)
    private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
