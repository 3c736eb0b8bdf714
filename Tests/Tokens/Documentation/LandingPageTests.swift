import TestKit
import Testing

@Suite("The first page of the documentation")
struct LandingPageTests {
    @Test func `each public type and each article is listed, once`() throws {
        let page = try Repository.file("Shared/Tokens/Tokens.docc/Tokens.md").text
        let declaration = /(?m)^public (?:final )?(?:class|enum|protocol|struct) (?<name>[a-zA-Z0-9]+)/
        let types = try Repository.files(below: "Shared/Tokens", ["swift"]).flatMap { file in
            file.text.matches(of: declaration).map { "- ``\($0.name)``" }
        }
        let articles = try Repository.files(below: "Shared/Tokens/Tokens.docc", ["md"])
            .map { "- <doc:\($0.name.dropLast(".md".count))>" }.filter { $0 != "- <doc:Tokens>" }
        let listed = page.split(separator: "\n").filter { $0.hasPrefix("- `") || $0.hasPrefix("- <") }.map(String.init)
        #expect(listed.sorted() == (types + articles).sorted())
    }
}
