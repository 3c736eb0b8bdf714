/// Says at a glance that a hash is not there (a blocked Bloom filter).
///
/// Nearly every question is about something that was never revoked, and a table of a million entries would answer it
/// out of main memory. The filter takes a byte or two for each entry and stays near the processor: an entry sets three
/// bits of one word, and where one of the three is missing there is no entry. Two in a hundred strangers pass it.
struct RevocationIndexFilter: Sendable {
    private var words: [UInt64]

    /// A filter for a table of so many homes: eight bits for each.
    init(homes: Int) { words = Array(repeating: 0, count: homes / 8 + 1) }

    /// False: `hash` was never inserted. True: look.
    @inline(__always)
    func mayHold(_ hash: UInt64) -> Bool {
        let bits = Self.bits(of: hash)
        return words[hash.scaled(to: words.count)] & bits == bits
    }

    /// Takes `hash` in, for good.
    mutating func insert(_ hash: UInt64) { words[hash.scaled(to: words.count)] |= Self.bits(of: hash) }

    /// By the low bits of the hash; the high ones choose the word.
    @inline(__always)
    private static func bits(of hash: UInt64) -> UInt64 {
        1 &<< hash | 1 &<< (hash &>> 6) | 1 &<< (hash &>> 12)
    }
}

extension UInt64 {
    /// This hash's share of `count`: uniform, less than `count`, and in the order of the hashes.
    @inline(__always)
    func scaled(to count: Int) -> Int {
        Int(truncatingIfNeeded: multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
    }
}
