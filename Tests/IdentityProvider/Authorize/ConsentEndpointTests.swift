import HTTPTypes
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Consent, OpenID Connect Core §3.1.2.4")
struct ConsentEndpointTests {
    /// Signs in and opens the consent page.
    private func consentPage(_ browser: inout Browser, _ ask: Ask = .accepted) async throws -> Answer {
        let redirect = try await browser.signIn(for: ask)
        #expect(try redirect.location().hasPrefix("/consent?continue="))
        return try await browser.get(redirect.location())
    }

    @Test func `the page says in plain words who asks for what`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await consentPage(&browser)
            #expect(page.status == 200)
            #expect(page.text.contains("A web shop"))
            #expect(page.text.contains("<ul><li>Know who you are</li><li>See your orders</li></ul>"))
            #expect(page.text.contains("Alice"))
        }
    }

    @Test func `yes leads to the code, is remembered, and covers no more than what was shown`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await consentPage(&browser)
            let yes = try await browser.submit("/consent", of: page, [("decision", "allow")])
            let code = try await browser.get(yes.location())
            #expect(try code.location().hasPrefix("https://shop.example/callback?code="))
            #expect(try await browser.authorize(.with("scope", "orders:read")).redirected().optional("code") != nil)
            let wider = try await browser.authorize(.with("scope", "openid orders:write"))
            #expect(try wider.location().hasPrefix("/consent?"))
        }
    }

    @Test func `what one person allows is not allowed for another`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await consentPage(&browser)
            _ = try await browser.submit("/consent", of: page, [("decision", "allow")])
            var other = Browser(provider)
            #expect(try await other.signIn("ada").location().hasPrefix("/consent?"))
        }
    }

    @Test func `no is told to the client, and nothing is remembered`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await consentPage(&browser)
            let no = try await browser.submit("/consent", of: page, [("decision", "deny")])
            #expect(
                try no.location()
                    == "https://shop.example/callback?error=access_denied&state=xyz&iss=https%3A%2F%2Fprovider.test"
            )
            #expect(try await browser.authorize(.accepted).location().hasPrefix("/consent?"))
        }
    }

    @Test func `prompt=consent asks again, and once only`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let first = try await consentPage(&browser)
            _ = try await browser.submit("/consent", of: first, [("decision", "allow")])
            let redirect = try await browser.authorize(.with("prompt", "consent"))
            let again = try await browser.get(redirect.location())
            let yes = try await browser.submit("/consent", of: again, [("decision", "allow")])
            #expect(try await browser.get(yes.location()).redirected().optional("code") != nil)
        }
    }

    @Test(arguments: [nil, Credential("x"), .random()])
    func `a yes that a stranger's page has sent counts for nothing`(token: Credential?) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await consentPage(&browser)
            let request = try #require(page.hiddenFields.first { $0.name == "continue" })
            let answer = try await browser.submit(
                "/consent",
                [request, ("decision", "allow")] + (token.map { [("csrf", $0.exposed)] } ?? [])
            )
            #expect(answer.status == 400)
            #expect(answer.headers[.location] == nil)
            #expect(try await browser.authorize(.accepted).location().hasPrefix("/consent?"))
        }
    }

    @Test func `whoever has signed out meanwhile decides nothing`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await consentPage(&browser)
            provider.clock.advance(bySeconds: 12 * 3_600)
            let answer = try await browser.submit("/consent", of: page, [("decision", "allow")])
            #expect(try await browser.get(answer.location()).location().hasPrefix("/login?"))
        }
    }

    @Test(arguments: ["", "maybe"])
    func `a decision is yes or no`(decision: String) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await consentPage(&browser)
            #expect(try await browser.submit("/consent", of: page, [("decision", decision)]).status == 400)
        }
    }
}
