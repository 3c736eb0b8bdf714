import HTTPTypes
import Testing
import Tokens

@testable import IdentityProvider

/// A browser as far as these pages need one: it keeps cookies, reads forms, and follows no redirect unasked.
struct Browser {
    let provider: TestProvider
    private(set) var cookies: [String: String] = [:]

    init(_ provider: TestProvider) { self.provider = provider }

    mutating func get(_ path: String) async throws -> Answer {
        keep(try await provider.send(.get, path, headers: headers()))
    }

    mutating func submit(_ path: String, _ fields: [(name: String, value: String)]) async throws -> Answer {
        var headers = headers()
        headers[.contentType] = "application/x-www-form-urlencoded"
        return keep(try await provider.send(.post, path, headers: headers, body: FormParameters.encode(fields)))
    }

    /// Submits the form of a page, with the fields that a person fills in.
    mutating func submit(_ path: String, of page: Answer, _ typed: [(name: String, value: String)] = []) async throws
        -> Answer
    {
        try await submit(path, page.hiddenFields + typed)
    }

    mutating func authorize(_ ask: Ask) async throws -> Answer { try await get("/oauth2/authorize?" + ask.query) }

    /// From an authorization request through the sign-in page back to the authorization endpoint.
    mutating func signIn(_ user: String = "alice", for ask: Ask = .accepted) async throws -> Answer {
        let page = try await get(try await authorize(ask).location())
        return try await get(try await typePassword(user, on: page).location())
    }

    mutating func typePassword(_ user: String = "alice", on page: Answer) async throws -> Answer {
        let password = TestProvider.password.exposed
        return try await submit("/login", of: page, [("username", user), ("password", password)])
    }

    /// A cookie that somebody else has put there.
    mutating func plant(_ name: String, _ value: String) { cookies[name] = value }

    private func headers() -> HTTPFields {
        cookies.isEmpty
            ? [:]
            : [.cookie: cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")]
    }

    private mutating func keep(_ answer: Answer) -> Answer {
        for cookie in answer.headers[values: .setCookie] {
            let parts = cookie.split(separator: ";", maxSplits: 1)[0].split(separator: "=", maxSplits: 1)
            let value = parts.count == 2 ? String(parts[1]) : ""
            cookies[String(parts[0])] = value.isEmpty ? nil : value
        }
        return answer
    }
}

extension Answer {
    func location() throws -> String { try #require(headers[.location], "no redirect, but \(status)") }

    /// The parameters of the redirect.
    func redirected() throws -> FormParameters {
        let query = try location().split(separator: "?", maxSplits: 1).last ?? ""
        return try FormParameters(reading: Array(query.utf8))
    }

    /// The hidden fields of the page's form, as a browser would send them back.
    var hiddenFields: [(name: String, value: String)] {
        text.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)">/).map { match in
            (name: String(match.output.1), value: Self.unescaped(String(match.output.2)))
        }
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(text) {
            $0.replacing($1.0, with: $1.1)
        }
    }
}

extension Ask {
    /// The same for the demo's own application, which needs no consent.
    static let firstParty = Ask.with("client_id", "gatehouse-demo").with(
        "redirect_uri",
        "http://127.0.0.1:8400/callback"
    )
}
