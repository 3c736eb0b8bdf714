/// Randomness that comes again (SplitMix64): a failing test names its seed, and the seed is the whole case.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Up to `countMax` bytes.
    public mutating func bytes(countMax: Int) -> [UInt8] {
        (0..<Int.random(in: 0...countMax, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// A text of one to `countMax` characters: letters, quotes, controls, and such as take two, three and four bytes.
    public mutating func text(countMax: Int = 12) -> String {
        let alphabet: [Character] = [
            "a", "Z", "7", " ", "\"", "\\", "/", "\n", "\u{1}", "\u{7F}", "é", "ß", "€", "中", "😀", "\u{10FFFF}", "&",
            "=",
        ]
        return String((1...Int.random(in: 1...countMax, using: &self)).map { _ in pick(alphabet) })
    }

    /// One of `choices`.
    public mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: choices.indices, using: &self)]
    }

    /// `value`, or nil every other time.
    public mutating func perhaps<Value>(_ value: Value) -> Value? { Bool.random(using: &self) ? value : nil }
}
