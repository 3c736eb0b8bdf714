import Tokens

/// Values by key that fade: those of the present span of time, and those of the one before.
///
/// Nothing is searched and nothing is thrown out to make room: a span's values go as a whole when the next but one begins. So
/// every call costs the same, and nobody can wash their own value away by sending others in.
///
/// When a span has `entriesMax` keys, whoever comes new shares a value with every thousandth of the others. To fill a table is to
/// be one of many who are counted together: it can cost newcomers their turn, and never gives anybody a fresh start.
struct SpanTable<Value> {
    private static var sharedCount: UInt64 { 1_024 }

    private let spanSeconds: Int64
    private let entriesMax: Int
    private var present: [UInt64: Value] = [:]
    private var earlier: [UInt64: Value] = [:]
    private var span = Int64.min

    /// - Parameter entriesMax: keys with a value of their own; about 24 bytes each, and as much again for those of the span before.
    init(spanSeconds: Int64, entriesMax: Int) {
        self.spanSeconds = spanSeconds
        self.entriesMax = entriesMax
    }

    /// Of the span that has more of them: the present one has only begun.
    var keyCount: Int { max(present.count, earlier.count) }

    /// To call before anything else is asked.
    ///
    /// - Gives: the seconds of the present span that are over. A clock that was set back stands still here.
    mutating func moveOn(to now: NumericDate) -> Int64 {
        let begun = now.secondsSinceEpoch / spanSeconds
        if begun > span {
            swap(&present, &earlier)
            present.removeAll(keepingCapacity: true)
            if begun > span &+ 1 { earlier.removeAll(keepingCapacity: true) }
            span = begun
        }
        return max(0, now.secondsSinceEpoch - span * spanSeconds)
    }

    /// The value of the present span; setting it may find the key among those that share.
    subscript(key: LimitKey) -> Value? {
        get { present[slot(of: key)] }
        set { present[slot(of: key)] = newValue }
    }

    /// The value of the span before; to be set only where there is one.
    subscript(earlier key: LimitKey) -> Value? {
        get { earlier[key.digest] ?? earlier[Self.shared(key)] }
        set { earlier[earlier[key.digest] == nil ? Self.shared(key) : key.digest] = newValue }
    }

    /// What the key has in one of the two spans for itself alone; for values that nobody must have because of others.
    func own(_ key: LimitKey) -> Value? { present[key.digest] ?? earlier[key.digest] }

    /// Whether a value of this key would be its own.
    func hasRoom(for key: LimitKey) -> Bool { slot(of: key) == key.digest }

    /// Forgets a key; one that shares its value leaves it to the others.
    mutating func forget(_ key: LimitKey) {
        present[key.digest] = nil
        earlier[key.digest] = nil
    }

    private func slot(of key: LimitKey) -> UInt64 {
        present.count < entriesMax || present[key.digest] != nil ? key.digest : Self.shared(key)
    }

    private static func shared(_ key: LimitKey) -> UInt64 { key.digest % sharedCount }
}

/// Whom something is counted for: a hash of 64 bits under a key that this process has drawn at its start.
///
/// Texts of callers take no memory then, and nobody outside can compute two that meet. Two of a hundred thousand that do by chance
/// (one time in four billion) are counted together, and nothing worse.
public struct LimitKey: Hashable, Sendable {
    let digest: UInt64

    public init(_ part: some Hashable) {
        var hasher = Hasher()
        hasher.combine(part)
        digest = UInt64(bitPattern: Int64(hasher.finalize()))
    }

    public init(_ first: some Hashable, _ second: some Hashable) {
        var hasher = Hasher()
        hasher.combine(first)
        hasher.combine(second)
        digest = UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
