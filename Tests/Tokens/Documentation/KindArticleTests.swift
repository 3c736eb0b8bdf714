import TestKit
import Testing
import Tokens

@Suite("What the articles say about each kind of token")
struct KindArticleTests {
    @Test(arguments: try KindArticle.all())
    func `the checks are those of the code, in their order`(article: KindArticle) async throws {
        let outcomes = try await article.explain(article.payload)
        #expect(outcomes.allSatisfy { $0.refusal == nil })
        #expect(try Article(article.page).checks == outcomes.map(\.check.rawValue))
    }

    @Test(arguments: try KindArticle.all())
    func `a claim that is required is missed, and no other`(article: KindArticle) async throws {
        for row in try Article(article.page).table("claim") {
            let refusals = try await article.explain(article.payload.without(row[0])).compactMap(\.refusal)
            #expect(refusals.isEmpty == (row[2] == "no"), "\(row[0])")
        }
    }

    @Test(arguments: try KindArticle.all())
    func `a claim is of the type that is told, or the token is refused`(article: KindArticle) async throws {
        for row in try Article(article.page).table("claim") {
            let value = try #require(article.payload[row[0]], "\(row[0])")
            #expect(Self.types(of: value).contains(row[1]), "\(row[0])")
            let other: JSONValue = row[1] == "flag" ? "yes" : true
            let refusals = try await article.explain(article.payload.with(row[0], other)).compactMap(\.refusal)
            #expect(!refusals.isEmpty, "\(row[0])")
        }
    }

    @Test(arguments: try KindArticle.all())
    func `no claim is left out, but where another article has the rest`(article: KindArticle) throws {
        let names = try Article(article.page).table("claim").map { $0[0] }
        let isWhole = article.page != "ExchangedToken.md" && article.page != "ServiceToken.md"
        #expect(!names.isEmpty)
        #expect(!isWhole || names.sorted() == article.payload.members.map(\.name).sorted())
    }

    private static func types(of value: JSONValue) -> [String] {
        switch value {
        case .string: ["text", "scopes"]
        case .integer: ["date", "number"]
        case .bool: ["flag"]
        case .array: ["texts", "objects"]
        case .object: ["object"]
        default: []
        }
    }
}
