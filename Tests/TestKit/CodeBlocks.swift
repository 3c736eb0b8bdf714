import Foundation

/// Code that the documentation shows, and that a test compiles and runs.
///
/// A test marks the lines that a page shows by two comments: `// Shown in AccessToken.md` and `// Shown until here`.
public enum CodeBlocks {
    /// Some lines of Swift, without the indentation that all of them have.
    public struct Block: Hashable, Sendable {
        /// The file that shows them: an article, the README, or a source file with an example in a doc comment.
        public let page: String
        public let code: String

        public init(page: String, code: String) {
            self.page = page
            self.code = code
        }
    }

    /// The Swift blocks of all pages.
    public static func shown() throws -> [Block] {
        let pages = try [Repository.file("README.md")] + Repository.files(below: "Shared", ["md", "swift"])
        return pages.flatMap { shown(on: $0.name, $0.text) }
    }

    /// What all tests mark.
    public static func marked() throws -> [Block] {
        try Repository.files(below: "Tests", ["swift"]).flatMap { marked(in: $0.text) }
    }

    /// The blocks of one page: in an article between fences, in a source file between fences in its doc comments.
    public static func shown(on page: String, _ text: String) -> [Block] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if page.hasSuffix(".swift") { lines = lines.map(comment) }
        return blocks(in: lines, from: { $0 == "```swift" ? page : nil }, to: "```")
    }

    /// What one test file marks.
    public static func marked(in source: String) -> [Block] {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let begin = "// Shown in "
        return blocks(
            in: lines,
            from: { $0.hasPrefix(begin) ? String($0.dropFirst(begin.count)) : nil },
            to: "// Shown until here"
        )
    }

    private static func blocks(
        in lines: [Substring],
        from page: (String) -> String?,
        to end: String
    ) -> [Block] {
        var blocks: [Block] = []
        var open: (page: String, lines: [Substring])?
        for line in lines {
            let text = line.trimmingCharacters(in: .whitespaces)
            if let block = open, text == end {
                blocks.append(Block(page: block.page, code: unindented(block.lines)))
                open = nil
            } else if open != nil {
                open?.lines.append(line)
            } else if let page = page(text) {
                open = (page, [])
            }
        }
        return blocks
    }

    /// The text of a line of a doc comment; nothing of any other line.
    private static func comment(_ line: Substring) -> Substring {
        let text = line.drop { $0 == " " }
        guard text.hasPrefix("///") else { return "" }
        return text.dropFirst(3).first == " " ? text.dropFirst(4) : text.dropFirst(3)
    }

    private static func unindented(_ lines: [Substring]) -> String {
        let indentation = lines.filter { $0.contains { $0 != " " } }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { $0.dropFirst(indentation) }.joined(separator: "\n")
    }
}
