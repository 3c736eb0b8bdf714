import HTTPTypes
import Testing

@testable import Gateway

@Suite("Header hygiene, RFC 9110 §7.6.1")
struct HeaderHygieneTests {
    /// Names that some server somewhere believes, and that a stranger must never be able to write for it.
    static let forbiddenInward = [
        "X-User-Id", "X-User-Email", "X-Auth-Request-User", "X-Auth-Token", "X-Forwarded-User", "X-Remote-User",
        "Remote-User",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Client-Cert", "X-Real-IP", "Forwarded",
        "Via",
        "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Client-Cert", "SSL-Client-Cert", "Client-Cert",
        "traceparent", "tracestate", "baggage", "transaction-id", "DPoP", "Cookie", "Authorization",
        "Proxy-Authorization", "Host",
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Content-Length", "Expect",
        "Accept-Encoding", "X-Anything-Else",
    ]

    @Test(arguments: forbiddenInward)
    func `a stranger's field that somebody might believe stays outside`(name: String) throws {
        let fields: HTTPFields = [try #require(HTTPField.Name(name)): "admin", .accept: "application/json"]
        #expect(HeaderHygiene.inward(fields).map(\.0) == ["accept"])
    }

    @Test(arguments: [
        "Accept", "Accept-Language", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "User-Agent",
    ])
    func `what a service needs of a stranger goes in, unless Connection names it`(name: String) throws {
        let field = try #require(HTTPField.Name(name))
        #expect(HeaderHygiene.inward([field: "x"]).map(\.1) == ["x"])
        #expect(HeaderHygiene.inward([field: "x", .connection: "close, \(name)"]).isEmpty)
        #expect(HeaderHygiene.inward([field: "x", .connection: "close"]).map(\.1) == ["x"])
    }

    @Test(arguments: [
        "Server", "Via", "X-Powered-By", "X-User-Id", "transaction-id", "traceparent", "Set-Cookie", "Connection",
        "Keep-Alive",
        "Transfer-Encoding", "Content-Length", "Authorization", "X-Internal-Host", "Alt-Svc", "Refresh",
    ])
    func `an internal field stays inside`(name: String) {
        #expect(HeaderHygiene.outward([(name, "x"), ("etag", "\"1\"")]) == [.eTag: "\"1\""])
    }

    @Test(arguments: [
        "Allow", "Cache-Control", "Content-Language", "Content-Type", "ETag", "Last-Modified", "Retry-After", "Vary",
        "WWW-Authenticate",
    ])
    func `what a client needs goes out`(name: String) throws {
        #expect(HeaderHygiene.outward([(name, "x")]) == [try #require(HTTPField.Name(name)): "x"])
    }

    @Test(arguments: [
        ("/orders/1", true), ("https://localhost:8442/orders/1", false), ("//10.0.0.7/orders/1", false),
        ("orders/1", false),
    ])
    func `a location leaves only as a path`(location: String, leaves: Bool) {
        #expect(HeaderHygiene.outward([("Location", location)]) == (leaves ? [.location: location] : [:]))
    }
}
