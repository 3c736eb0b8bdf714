/// The text format in which Prometheus reads metrics, version 0.0.4.
enum Exposition {
    /// A metric with all its lines.
    struct Block {
        let kind: MetricKind
        var lines: [String]
    }

    static func text(_ blocks: [String: Block], helps: [String: String]) -> String {
        var text = ""
        for (name, block) in blocks.sorted(by: { $0.key < $1.key }) where !block.lines.isEmpty {
            if let help = helps[name] { text += "# HELP \(name) \(escaped(help, quotes: false))\n" }
            text += "# TYPE \(name) \(block.kind.rawValue)\n"
            for line in block.lines { text += line + "\n" }
        }
        return text
    }

    static func line(_ name: String, _ labels: [(String, String)], _ value: Double) -> String {
        line(name, labels: self.labels(labels), value)
    }

    /// - Parameter labels: as `labels` has written them.
    static func line(_ name: String, labels: String, _ value: Double) -> String {
        labels.isEmpty ? "\(name) \(number(value))" : "\(name){\(labels)} \(number(value))"
    }

    static func labels(_ labels: [(String, String)]) -> String {
        labels.map { "\(labelName($0.0))=\"\(escaped($0.1, quotes: true))\"" }.joined(separator: ",")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        // Beyond 2^53 a double is whole anyway, and its digits are not to be trusted.
        return value == value.rounded() && abs(value) < 9_007_199_254_740_992 ? "\(Int64(value))" : "\(value)"
    }

    /// Letters, digits, underscores and colons.
    static func metricName(_ text: String) -> String { name(text) { $0 == UInt8(ascii: ":") } }

    /// The same without colons; two underscores in front are Prometheus' own.
    static func labelName(_ text: String) -> String {
        let name = name(text) { _ in false }
        return name.hasPrefix("__") ? "label\(name)" : name
    }

    private static func name(_ text: String, _ isAllowedToo: (UInt8) -> Bool) -> String {
        let isPlain = text.utf8.allSatisfy { isLetter($0) || isDigit($0) || isAllowedToo($0) }
        if isPlain, let first = text.utf8.first, !isDigit(first) { return text }
        let bytes = text.utf8.map { isLetter($0) || isDigit($0) || isAllowedToo($0) ? $0 : UInt8(ascii: "_") }
        let needsLetter = bytes.first.map(isDigit) ?? true
        return (needsLetter ? "_" : "") + String(decoding: bytes, as: UTF8.self)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// A label or a help must not be able to write a line of its own.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
