import TestKit
import Testing

@Suite("Code in the documentation compiles and runs")
struct CodeBlockTests {
    @Test func `each block that a page shows stands in a test, and each that a test marks on its page`() throws {
        let (shown, marked) = (try CodeBlocks.shown(), try CodeBlocks.marked())
        for block in Set(shown).subtracting(marked) { Issue.record("in no test: \(block.page)\n\(block.code)") }
        for block in Set(marked).subtracting(shown) { Issue.record("on no page: \(block.page)\n\(block.code)") }
        #expect(shown.count == marked.count)
    }

    @Test func `every article shows code, but for the one that is a table`() throws {
        let pages = Set(try CodeBlocks.shown().map(\.page))
        let articles = try Repository.files(below: "Shared/Tokens/Tokens.docc", ["md"]).map(\.name)
        #expect(Set(articles).subtracting(pages) == ["Tokens.md", "TheBounds.md"])
    }

    @Test func `blocks are read without the indentation that all their lines have`() {
        let article = "Text\n```swift\nlet a = f(\n    1\n)\n```\n```sh\nls\n```\n"
        let source = "/// A.\n///\n/// ```swift\n/// let a = f(\n///     1\n/// )\n/// ```\nlet b = 2\n"
        let test = "    // Shown in Page.md\n    let a = f(\n        1\n    )\n    // Shown until here\n    let b = 2\n"
        let code = "let a = f(\n    1\n)"
        #expect(CodeBlocks.shown(on: "Page.md", article) == [CodeBlocks.Block(page: "Page.md", code: code)])
        #expect(CodeBlocks.shown(on: "A.swift", source) == [CodeBlocks.Block(page: "A.swift", code: code)])
        #expect(CodeBlocks.marked(in: test) == [CodeBlocks.Block(page: "Page.md", code: code)])
    }
}
