import Testing
import Tokens

@testable import Gateway

@Suite("Request targets, RFC 9112 §3.2.1 and RFC 3986 §2.3")
struct RequestTargetTests {
    @Test(arguments: [
        "/", "/orders", "/orders/a-Z_0.9~", "/orders/...", "/orders/.hidden", "/orders?limit=1&after=x", "/orders?",
        "/orders?q=%2F..%2F", "/orders?a=b/c?d", "/" + String(repeating: "a", count: 4_095),
    ])
    func `a target with one meaning passes as it came`(text: String) throws {
        #expect(try RequestTarget(reading: text).text == text)
    }

    @Test(arguments: [
        "", "orders", "*", "https://orders.gatehouse.local/orders", "//orders", "/orders//x", "/orders/",
        "/orders/../internal",
        "/..", "/orders/.", "/./orders", "/orders/%2e%2e/internal", "/orders/%2E%2E/internal", "/orders/..%2finternal",
        "/orders%2f..%2finternal", "/orders/..%5cinternal", "/orders/..\\internal", "/orders\\..\\internal",
        "/orders/%00",
        "/orders/\u{0}", "/orders/%252e%252e/internal", "/orders;v=1", "/orders/a b", "/orders/a\tb", "/orders/é",
        "/orders/％２ｅ",
        "/orders#internal", "/orders?x=%", "/orders?x=%4", "/orders?x=%zz", "/orders?x=\u{0}", "/orders?x=#",
        "/orders?x= y",
        "/orders?x=\"", "/" + String(repeating: "a", count: 4_096),
    ])
    func `a target that can be read in two ways is refused`(text: String) {
        #expect(throws: Refusal.parameterMalformed) { try RequestTarget(reading: text) }
    }
}
