import Tokens

/// JSON documents for people.
enum TextTable {
    /// A list of objects as columns, one line each.
    static func columns(_ rows: [JSONObject]) -> [String] {
        var names: [String] = []
        for name in rows.flatMap({ $0.members.map(\.name) }) where !names.contains(name) { names.append(name) }
        let cells = [names] + rows.map { row in names.map { text(row[$0]) } }
        let widths = names.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let line = "  " + zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            return String(line.prefix(through: line.lastIndex { $0 != " " } ?? line.startIndex))
        }
    }

    /// A list of objects as blocks: the member `title`, and below it the others, one line each.
    static func blocks(_ rows: [JSONObject], title: String) -> [String] {
        rows.flatMap { row in
            [text(row[title])]
                + row.members.filter { $0.name != title }.map { "  \($0.name.padded(to: 28)) \(text($0.value))" }
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil: ""
        case .null: "–"
        case .string(let text): text
        case .some(let value):
            value.strings?.joined(separator: " ") ?? String(decoding: JSONWriter.bytes(value), as: UTF8.self)
        }
    }
}
