import Testing

@testable import Tokens

@Suite("The URL of a proof, RFC 9449 §4.3, RFC 3986 §6.2")
struct ProofURLTests {
    private let url = "https://orders.gatehouse.local/Orders/7"

    @Test(arguments: [
        "https://orders.gatehouse.local/Orders/7?page=2", "https://orders.gatehouse.local/Orders/7#top",
        "https://orders.gatehouse.local/Orders/7?#", "https://orders.gatehouse.local/Orders/7#?",
        "HTTPS://orders.gatehouse.local/Orders/7", "https://ORDERS.Gatehouse.local/Orders/7",
        "https://orders.gatehouse.local:443/Orders/7",
    ])
    func `query, fragment, the default port, and the case of scheme and host do not count`(same: String) {
        #expect(ProofURL(same) == ProofURL(url))
    }

    @Test(arguments: [
        ("another host", "https://users.gatehouse.local/Orders/7"),
        ("a host that begins alike", "https://orders.gatehouse.local.evil.example/Orders/7"),
        ("a host that ends alike", "https://evil-orders.gatehouse.local/Orders/7"),
        ("another port", "https://orders.gatehouse.local:8443/Orders/7"),
        ("the port of the other scheme", "https://orders.gatehouse.local:80/Orders/7"),
        ("another scheme", "http://orders.gatehouse.local/Orders/7"),
        ("another path", "https://orders.gatehouse.local/Orders/8"),
        ("a path of other case", "https://orders.gatehouse.local/orders/7"),
        ("a longer path", "https://orders.gatehouse.local/Orders/7/"),
        ("a shorter path", "https://orders.gatehouse.local/Orders"),
        ("an escaped letter", "https://orders.gatehouse.local/%4Frders/7"),
        ("two slashes", "https://orders.gatehouse.local//Orders/7"),
        ("steps in the path", "https://orders.gatehouse.local/a/../Orders/7"),
        ("a root", "https://orders.gatehouse.local"),
    ])
    func `everything else does`(difference: String, other: String) throws {
        #expect(try #require(ProofURL(other)) != #require(ProofURL(url)))
    }

    @Test func `no path is the root`() {
        #expect(ProofURL("https://a.example") == ProofURL("https://a.example/"))
        #expect(ProofURL("https://a.example?x=/y") == ProofURL("https://a.example/"))
        #expect(ProofURL("http://a.example:80") == ProofURL("http://a.example"))
        #expect(ProofURL("https://[::1]:443/") == ProofURL("https://[::1]/"))
    }

    @Test(arguments: [
        "", "/orders/7", "//orders.gatehouse.local/", "orders.gatehouse.local/", "https:", "https:/", "https://",
        "https:///orders", "https://?x", "https://:443/", "https://user@orders.gatehouse.local/",
        "https://orders.gatehouse.local@evil.example/", "ftp://orders.gatehouse.local/",
        "wss://orders.gatehouse.local/",
        "javascript:alert(1)", " https://orders.gatehouse.local/", "https\u{0}://orders.gatehouse.local/",
    ])
    func `what is no web address is none`(text: String) {
        #expect(ProofURL(text) == nil)
        #expect(ProofURL(url) != nil)
    }
}
