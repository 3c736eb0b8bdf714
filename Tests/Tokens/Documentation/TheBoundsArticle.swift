import TestKit
import Testing
import Tokens

@Suite("Article: the bounds")
struct TheBoundsArticle {
    @Test func `the table has every bound of the source with its value, and no other`() throws {
        let rows = try Article("TheBounds.md").table("bound")
        #expect(rows.map { "\($0[0]) = \($0[1])" }.sorted() == (try bounds().sorted()))
        #expect(rows.allSatisfy { $0.count == 4 && !$0[2].isEmpty && !$0[3].isEmpty })
    }

    /// `Bounds.tokenBytesMax = 8_192`: the public constants that are numbers, and the defaults of what a memory may hold.
    private func bounds() throws -> [String] {
        let constant = /public static let (?<name>[a-zA-Z]+)(?:: [a-zA-Z0-9<>]+)? = (?<value>[0-9][0-9_.]*)/
        let capacity = /(?<name>entriesMax): Int = (?<value>[0-9_]+)/
        return try Repository.files(below: "Shared/Tokens", ["swift"]).flatMap { file in
            let type = file.name.dropLast(".swift".count)
            return file.text.matches(of: constant).map { "\(type).\($0.name) = \($0.value)" }
                + file.text.matches(of: capacity).map { "\(type).\($0.name) = \($0.value)" }
        }
    }
}
