import Foundation
import TestKit
import Testing

/// An article of the documentation: its tables and lists, which tests hold to the code.
struct Article {
    private let lines: [Substring]

    /// The article in the file `name`, in whatever folder of the catalogue.
    init(_ name: String) throws {
        let pages = try Repository.files(below: "Shared/Tokens/Tokens.docc", ["md"])
        lines = try #require(pages.first { $0.name == name }).text.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
    }

    /// The rows of the table whose first column is headed `name`, cell by cell; code without its backticks.
    func table(_ name: String) -> [[String]] {
        guard let head = lines.firstIndex(where: { $0.hasPrefix("| \(name) |") }) else { return [] }
        return lines[(head + 2)...].prefix { $0.hasPrefix("|") }.map { row in
            row.split(separator: "|").map { cell in
                let text = cell.trimmingCharacters(in: .whitespaces)
                return text.contains(" ") ? text : text.trimmingCharacters(in: ["`"])
            }
        }
    }

    /// The names with which the points of the numbered list begin, in order.
    var checks: [String] {
        lines.compactMap { $0.wholeMatch(of: /[0-9]+\. `([a-zA-Z]+)`: .*/).map { String($0.1) } }
    }
}
