import Testing
import Tokens

@Suite("Scopes, RFC 6749 §3.3")
struct ScopeSetTests {
    @Test(arguments: [
        ("a", ["a"]), ("b a", ["a", "b"]), ("a a", ["a"]), ("openid orders:read", ["openid", "orders:read"]),
        ("!#[]~", ["!#[]~"]),
    ])
    func `a text is read as a set, and written sorted`(text: String, values: [String]) throws {
        let scope = try #require(ScopeSet(reading: text))
        #expect(scope.values == values.sorted())
        #expect(scope.text == values.sorted().joined(separator: " "))
        #expect(ScopeSet(reading: scope.text) == scope)
    }

    @Test(arguments: ["", " ", " a", "a ", "a  b", "a\tb", "a\nb", "a\"b", "a\\b", "é", "a\u{7F}", "a\0"])
    func `another text is none`(text: String) {
        #expect(ScopeSet(reading: text) == nil)
    }

    @Test func `a scope is compared whole`() {
        let scope: ScopeSet = ["orders:read", "orders:write"]
        #expect(scope.contains("orders:read") && !scope.contains("orders") && !scope.contains("orders:reader"))
        #expect(
            !scope.isEmpty && (["orders:read"] as ScopeSet).isSubset(of: scope) && !scope.isSubset(of: ["orders:read"])
        )
        #expect(scope.intersection(["orders:read", "openid"]) == ["orders:read"])
        #expect(scope.union(["openid"]).text == "openid orders:read orders:write")
        #expect("\(scope)" == "orders:read orders:write")
    }
}
