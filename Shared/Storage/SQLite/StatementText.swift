/// A statement as SQLite wants it: `$n` becomes `?n`.
///
/// SQLite reads `$2` as a *name* and numbers names by first appearance, so that `… $2 … $1` would bind the wrong way
/// round without a word. `?2` is a number in SQLite too.
///
/// - Refuses: `StorageError.statement` for a placeholder of any other form, a gap in the numbers, and statements that
///   would end the transaction they run in (it is shared with other callers' writes).
struct StatementText: Sendable {
    /// Far below SQLite's limit of 32766, and enough for any statement meant to be read.
    static let parametersMax = 999

    let sql: String
    let parameterCount: Int

    init(_ source: String) throws {
        guard !Self.endsTransaction(source) else {
            throw StorageError.statement("a transaction begins and ends with its body, not by statement")
        }
        var scanner = Scanner(Array(source.utf8))
        var numbers: Set<Int> = []
        while let byte = scanner.next() {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""): scanner.skip(through: [byte])
            case UInt8(ascii: "-") where scanner.accept(byte): scanner.skip(through: Array("\n".utf8))
            case UInt8(ascii: "/") where scanner.accept(UInt8(ascii: "*")): scanner.skip(through: Array("*/".utf8))
            case UInt8(ascii: "$"): numbers.insert(try scanner.number())
            case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"):
                throw StorageError.statement("parameters are written $1, $2, …")
            default: break
            }
        }
        parameterCount = numbers.max() ?? 0
        guard numbers.count == parameterCount else {
            throw StorageError.statement("the parameters are not numbered from $1 without a gap")
        }
        sql = String(decoding: scanner.output, as: UTF8.self)
    }

    private static func endsTransaction(_ source: String) -> Bool {
        let firstWord = source.drop(while: \.isWhitespace).prefix(while: \.isLetter).uppercased()
        return ["BEGIN", "COMMIT", "END", "RELEASE", "ROLLBACK", "SAVEPOINT"].contains(firstWord)
    }
}

/// Walks over a statement once, copying what it passes.
private struct Scanner {
    private let input: [UInt8]
    private var position = 0
    private(set) var output: [UInt8] = []

    init(_ input: [UInt8]) {
        self.input = input
        output.reserveCapacity(input.count)
    }

    mutating func next() -> UInt8? {
        guard position < input.count else { return nil }
        defer { position += 1 }
        output.append(input[position])
        return input[position]
    }

    mutating func accept(_ byte: UInt8) -> Bool {
        guard position < input.count, input[position] == byte else { return false }
        return next() != nil
    }

    /// Passes over a literal or comment; a doubled quote is simply a second literal.
    mutating func skip(through end: [UInt8]) {
        let start = output.count
        while next() != nil {
            if output.count - start >= end.count, output.suffix(end.count).elementsEqual(end) { return }
        }
    }

    /// Reads the digits after `$`, which is replaced in the output.
    mutating func number() throws -> Int {
        let digits = input[position...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        let allowed = 1...StatementText.parametersMax
        guard let number = Int(String(decoding: digits, as: UTF8.self)), allowed.contains(number) else {
            throw StorageError.statement("parameters are written $1, $2, … $\(allowed.upperBound)")
        }
        output[output.count - 1] = UInt8(ascii: "?")
        output.append(contentsOf: digits)
        position += digits.count
        return number
    }
}
