import Crypto
import Foundation
import HTTPTypes
import Testing
import Tokens

@testable import IdentityProvider

extension HTTPField.Name {
    fileprivate static let frameOptions = HTTPField.Name("X-Frame-Options")!
}

@Suite("GET and POST /login")
struct LoginEndpointTests {
    private func signInPage(_ browser: inout Browser, _ ask: Ask = .firstParty) async throws -> Answer {
        try await browser.get(try await browser.authorize(ask).location())
    }

    @Test func `the cookies are this host's alone`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await signInPage(&browser)
            let form = try #require(page.headers[.setCookie])
            #expect(
                form.wholeMatch(of: /__Host-gatehouse-form=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax/) != nil
            )
            let answer = try await browser.typePassword(on: page)
            let session = try #require(answer.headers[.setCookie])
            #expect(
                session.wholeMatch(of: /__Host-gatehouse-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax/)
                    != nil
            )
        }
    }

    @Test func `no script runs on a page, no frame holds it, and no address learns where it came from`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await signInPage(&browser)
            let style = try #require(page.text.firstMatch(of: /<style>([^<]*)<\/style>/)).output.1
            let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
            #expect(
                page.headers[.contentSecurityPolicy]
                    == "default-src 'none'; style-src 'sha256-\(hash)'; form-action 'self' http://127.0.0.1:8400; "
                    + "base-uri 'none'; frame-ancestors 'none'"
            )
            #expect(page.headers[.referrerPolicy] == "no-referrer")
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(!page.text.contains("<script"))
        }
    }

    @Test(arguments: [("alice", "wrong password"), ("nobody", "correct horse battery"), ("", ""), ("alice", "")])
    func `a wrong name and a wrong password get the same page`(name: String, password: String) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await signInPage(&browser)
            let answer = try await browser.submit("/login", of: page, [("username", name), ("password", password)])
            #expect(answer.status == 403)
            #expect(answer.text.contains(#"<p class="problem" role="alert">Name or password is wrong.</p>"#))
            #expect(!answer.headers[values: .setCookie].contains { $0.hasPrefix(HostCookie.session.name) })
            #expect(!answer.text.contains("correct horse battery"))
            // And the second try, on that same page, succeeds.
            #expect(try await browser.typePassword(on: answer).status == 303)
        }
    }

    @Test func `a disabled account is told so only behind its password`() async throws {
        try await TestProvider.run { provider in
            try await provider.parts.accounts.disable(username: "alice", decision: .unheard())
            var browser = Browser(provider)
            let page = try await signInPage(&browser)
            #expect(try await browser.typePassword(on: page).text.contains("This account is disabled."))
            let wrong = try await browser.submit("/login", of: page, [("username", "alice"), ("password", "wrong")])
            #expect(wrong.text.contains("Name or password is wrong."))
        }
    }

    @Test(arguments: [nil, Credential(""), Credential("x"), .random()])
    func `a sign-in that a stranger's page has sent is refused`(token: Credential?) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await signInPage(&browser)
            let fields = page.hiddenFields.filter { $0.name != "csrf" } + (token.map { [("csrf", $0.exposed)] } ?? [])
            let typed = [("username", "alice"), ("password", TestProvider.password.exposed)]
            let answer = try await browser.submit("/login", fields + typed)
            #expect(answer.status == 400)
            #expect(answer.headers[.setCookie] == nil)
        }
    }

    @Test func `a form token without its cookie is worth nothing`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await signInPage(&browser)
            var other = Browser(provider)
            #expect(try await other.typePassword(on: page).status == 400)
            #expect(try await browser.typePassword(on: page).status == 303)
        }
    }

    @Test func `a planted session cookie is not the one that gets signed in`() async throws {
        try await TestProvider.run { provider in
            var attacker = Browser(provider)
            _ = try await attacker.signIn("ada", for: .firstParty)
            let planted = try #require(attacker.cookies[HostCookie.session.name])
            var victim = Browser(provider)
            victim.plant(HostCookie.session.name, planted)
            _ = try await victim.signIn("alice", for: .firstParty.with("prompt", "login"))
            #expect(victim.cookies[HostCookie.session.name] != planted)
            // Whoever planted it has lost their own session, and has not got the victim's.
            #expect(try await attacker.authorize(.firstParty).location().hasPrefix("/login?"))
        }
    }

    @Test func `typing the password again keeps the session's grants and changes its cookie`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            _ = try await browser.signIn(for: .firstParty)
            let before = try #require(browser.cookies[HostCookie.session.name])
            let session = try await provider.parts.sessions.find(cookie: Credential(before))
            _ = try await browser.signIn(for: .firstParty.with("prompt", "login"))
            let after = try #require(browser.cookies[HostCookie.session.name])
            #expect(after != before)
            #expect(try await provider.parts.sessions.find(cookie: Credential(before)) == nil)
            #expect(try await provider.parts.sessions.find(cookie: Credential(after))?.sid == session?.sid)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/oauth2/authorize", "client_id=nobody", "",
        Ask.with("redirect_uri", "https://evil.example/").query, Ask.with("response_type", "token").query,
    ])
    func `a link to the sign-in page leads nowhere but to an authorization request of ours`(next: String) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await browser.get("/login?" + FormParameters.encode([("continue", next)]))
            #expect(page.status == 400)
            #expect(page.headers[.location] == nil)
            let good = try await signInPage(&browser)
            let csrf = try #require(good.hiddenFields.first { $0.name == "csrf" })
            let typed = [("username", "alice"), ("password", TestProvider.password.exposed)]
            let answer = try await browser.submit("/login", [csrf, ("continue", next)] + typed)
            #expect(answer.status == 400)
            #expect(answer.headers[.location] == nil)
        }
    }
}

@Suite("Script in what a page repeats")
struct PageEscapingTests {
    /// A plain script, and a quotation mark hidden under an accent: one `Character`, two scalars, still the end of an attribute.
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "\"\u{301} autofocus onfocus=alert(1) x='",
    ]

    @Test(arguments: hostile)
    func `in a user name`(text: String) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await browser.get(try await browser.authorize(.firstParty).location())
            let answer = try await browser.submit("/login", of: page, [("username", text), ("password", "wrong")])
            #expect(answer.status == 403)
            expectHarmless(answer, text)
        }
    }

    @Test(arguments: hostile)
    func `in a state`(text: String) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let answer = try await browser.authorize(.firstParty.with("state", text))
            expectHarmless(try await browser.get(answer.location()), text)
            // And the client gets its state back as it was.
            #expect(
                try await browser.signIn(for: .firstParty.with("state", text)).redirected().optional("state") == text
            )
        }
    }

    @Test(arguments: hostile)
    func `in a client's name and an account's name`(text: String) async throws {
        try await TestProvider.run { provider in
            let registration: JSONObject = [
                "client_id": "hostile", "client_name": .string(text), "grant_types": ["authorization_code"],
                "redirect_uris": ["https://hostile.example/cb"], "scope": "openid", "resources": ["issuer"],
            ]
            _ = try await provider.parts.clients.add(registration, decision: .unheard())
            _ = try await provider.parts.accounts.add(
                username: "eve",
                password: TestProvider.password,
                displayName: text,
                email: nil,
                roles: []
            )
            let ask = Ask.with("client_id", "hostile").with("redirect_uri", "https://hostile.example/cb").with(
                "scope",
                "openid"
            )
            var browser = Browser(provider)
            expectHarmless(try await browser.get(try await browser.authorize(ask).location()), text)
            expectHarmless(try await browser.get(try await browser.signIn("eve", for: ask).location()), text)
            expectHarmless(try await browser.get("/logout"), text)
        }
    }

    private func expectHarmless(_ page: Answer, _ text: String) {
        #expect(!page.text.unicodeScalars.contains(text.unicodeScalars), "the text stands on the page as it came")
        #expect(!page.text.contains("<script") && !page.text.contains("<img"))
        #expect(!page.text.unicodeScalars.contains("\"\u{301}".unicodeScalars))
    }
}

@Suite("GET and POST /logout")
struct LogoutEndpointTests {
    @Test func `signing out ends the session, its cookie and its grants`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            _ = try await browser.signIn(for: .firstParty)
            let cookie = try #require(browser.cookies[HostCookie.session.name])
            let page = try await browser.get("/logout")
            #expect(page.text.contains("Alice"))
            let answer = try await browser.submit("/logout", of: page)
            #expect(answer.status == 200)
            #expect(
                answer.headers[.setCookie]
                    == "__Host-gatehouse-session=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"
            )
            #expect(try await provider.parts.sessions.find(cookie: Credential(cookie)) == nil)
            #expect(try await browser.authorize(.firstParty).location().hasPrefix("/login?"))
        }
    }

    @Test func `a stranger's form signs nobody out`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            _ = try await browser.signIn(for: .firstParty)
            #expect(try await browser.submit("/logout", [("csrf", Credential.random().exposed)]).status == 400)
            #expect(try await browser.authorize(.firstParty).redirected().optional("code") != nil)
        }
    }

    @Test func `whoever is signed out is told so`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let page = try await browser.get("/logout")
            #expect(page.text.contains("You are signed out"))
        }
    }
}
