import Tokens

/// Prints a list of JSON objects as columns, one line each.
enum TextTable {
    static func print(_ value: JSONValue?) { lines(value?.array?.compactMap(\.object) ?? []).forEach(Terminal.print) }

    static func lines(_ rows: [JSONObject]) -> [String] {
        var names: [String] = []
        for name in rows.flatMap({ $0.members.map(\.name) }) where !names.contains(name) { names.append(name) }
        let cells = [names] + rows.map { row in names.map { text(row[$0]) } }
        let widths = names.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            "  " + zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "" }
        return value.string ?? value.strings?.joined(separator: " ")
            ?? String(decoding: JSONWriter.bytes(value), as: UTF8.self)
    }
}
