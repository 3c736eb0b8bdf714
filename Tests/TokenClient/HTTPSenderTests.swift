import Testing
import TokenClient
import Tokens

@Suite("Requests to other services")
struct HTTPSenderTests {
    @Test(
        arguments: [
            ("https://localhost:8440/oauth2/token", "localhost:8440"), ("https://localhost", "localhost"),
            ("https://localhost:8440?x=/", "localhost:8440"), ("http://localhost:8440/oauth2/token", nil),
            ("https://user:secret@localhost/", nil), ("https:///path", nil), ("localhost:8440", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `only https without user information has an authority`(url: String, authority: String?) {
        #expect(OutboundRequest(method: "GET", url: url).authority == authority)
    }

    @Test func `a request prints neither its fields nor its body`() {
        let request = OutboundRequest(
            method: "POST",
            url: "https://localhost:8440/p?code=secret",
            headers: [("authorization", "Bearer secret")],
            body: Array("secret".utf8)
        )
        var dumped = ""
        dump(request, to: &dumped)
        #expect("\(request)" == "POST localhost:8440")
        #expect(!dumped.contains("secret") && !dumped.contains("115"))
    }

    @Test func `a response prints its status only`() {
        let response = OutboundResponse(status: 200, headers: [("x", "secret")], body: Array("secret".utf8))
        var dumped = ""
        dump(response, to: &dumped)
        #expect("\(response)" == "status 200")
        #expect(!dumped.contains("secret") && !dumped.contains("115"))
    }

    @Test func `a header field is found whatever its case, all its values in one list`() {
        let response = OutboundResponse(
            status: 200,
            headers: [("Cache-Control", "public"), ("cache-control", "max-age=1")]
        )
        #expect(response.header("cache-control") == "public, max-age=1")
        #expect(response.header("age") == nil)
    }
}
