import Tokens

/// A person's browser, as far as the provider's pages need one: it keeps cookies and reads forms, and goes wherever the provider
/// sends it, as long as that is the provider.
struct Browser {
    private let stack: RunningStack
    private var cookies: [String: String] = [:]

    init(_ stack: RunningStack) { self.stack = stack }

    /// - Gives: the page at the end, or the redirect that leaves the provider.
    mutating func open(_ path: String) async throws -> Answer {
        try await send(Call(url: stack.address(of: .identityProvider) + path))
    }

    /// Sends the form of a page back, with what the person fills in.
    mutating func submit(_ page: Answer, _ typed: [(name: String, value: String)]) async throws -> Answer {
        guard let action = page.text.firstMatch(of: /<form method="post" action="([^"]*)">/)?.output.1 else {
            throw ScenarioFailure(expectation: "a page with a form", seen: page.summary)
        }
        return try await send(
            Call(form: page.hiddenFields + typed, to: stack.address(of: .identityProvider) + action)
        )
    }

    mutating func typePassword(of user: SignedInUser, on page: Answer) async throws -> Answer {
        try await submit(page, [("username", user.name), ("password", user.password.exposed)])
    }

    private mutating func send(_ call: Call) async throws -> Answer {
        var call = call
        if !cookies.isEmpty {
            let pairs = cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            call.headers.append(("cookie", pairs.joined(separator: "; ")))
        }
        let answer = try await stack.client.send(call)
        keepCookies(of: answer)
        guard let location = answer.header("location"), location.hasPrefix("/") else { return answer }
        return try await open(location)
    }

    private mutating func keepCookies(of answer: Answer) {
        for header in answer.headers where header.name.lowercased() == "set-cookie" {
            let pair = header.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
            cookies[pair[0]] = pair.count == 2 ? pair[1] : nil
            if pair.count == 2 { stack.client.remember(Credential(pair[1])) }
        }
    }
}

extension Answer {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The parameters of a redirect.
    func redirected() throws -> FormParameters {
        guard let location = header("location") else { throw ScenarioFailure(expectation: "a redirect", seen: summary) }
        return try FormParameters(reading: Array((location.split(separator: "?", maxSplits: 1).last ?? "").utf8))
    }

    fileprivate var hiddenFields: [(name: String, value: String)] {
        text.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)">/).map { match in
            (name: String(match.output.1), value: String(match.output.2).replacing("&amp;", with: "&"))
        }
    }
}
