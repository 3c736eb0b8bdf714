import HTTPTypes
import Storage
import Testing
import Tokens

@testable import IdentityProvider

@Suite("/oauth2/authorize, RFC 6749 §4.1.2")
struct AuthorizeEndpointTests {
    @Test func `signing in ends with a code that brings tokens, exactly once`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let answer = try await browser.signIn(for: Ask.firstParty.with("nonce", "n-0S6"))
            #expect(answer.status == 303)
            #expect(try answer.location().hasPrefix("http://127.0.0.1:8400/callback?code="))
            let redirected = try answer.redirected()
            #expect(redirected.optional("state") == "xyz")
            #expect(redirected.optional("iss") == TestProvider.issuer)  // RFC 9207 §2
            let form: KeyValuePairs = [
                "grant_type": "authorization_code", "client_id": "gatehouse-demo",
                "code": try redirected.required("code"), "redirect_uri": "http://127.0.0.1:8400/callback",
                "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",  // RFC 7636 Appendix B
            ]
            let tokens = try await provider.post("/oauth2/token", form).tokens()
            #expect(tokens.scope == ["orders:read"])
            let idToken = try provider.payload(#require(tokens.idToken))
            #expect(idToken["nonce"]?.string == "n-0S6")
            #expect(idToken["auth_time"]?.integer == TestProvider.epoch)
            #expect(try await provider.post("/oauth2/token", form).error == "invalid_grant")
        }
    }

    @Test func `a code is dead after its lifetime`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let code = try await browser.signIn(for: .firstParty).redirected().required("code")
            provider.clock.advance(bySeconds: 61)
            let answer = try await provider.post(
                "/oauth2/token",
                [
                    "grant_type": "authorization_code", "client_id": "gatehouse-demo", "code": code,
                    "redirect_uri": "http://127.0.0.1:8400/callback",
                    "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                ]
            )
            #expect(answer.error == "invalid_grant")
        }
    }

    @Test func `a second request on the same browser is answered without a page`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let first = try await browser.signIn(for: .firstParty).redirected().required("code")
            let second = try await browser.authorize(.firstParty).redirected().required("code")
            #expect(first != second)
        }
    }

    @Test(arguments: [
        Ask.with("client_id", "nobody"), .with("client_id", nil), .with("redirect_uri", nil),
        .with("redirect_uri", "https://evil.example/callback"), .with("redirect_uri", "https://shop.example/callback/"),
        .plus("redirect_uri", "https://evil.example/callback"), .plus("client_id", "gatehouse-demo"),
    ])
    func `without a client and its own address there is a page, never a redirect`(ask: Ask) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let answer = try await browser.authorize(ask)
            #expect(answer.status == 400)
            #expect(answer.headers[.location] == nil)
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
            #expect(!answer.text.contains("evil.example"))
        }
    }

    @Test(arguments: [
        ("request_not_supported", Ask.with("request", "e30.e30.")),
        ("request_uri_not_supported", .with("request_uri", "urn:x")),
        ("unsupported_response_type", .with("response_type", "token")),
        ("invalid_request", .with("code_challenge", nil)),
        ("invalid_request", .with("code_challenge_method", "plain")),
        ("invalid_scope", .with("scope", "orders:admin")),
        ("invalid_target", .with("resource", "https://elsewhere.test")),
        ("invalid_request", .with("max_age", "soon")),
        ("invalid_request", .plus("scope", "openid")),
        ("invalid_request", .plus("nonce", "a\u{7}b")),
        ("login_required", .with("prompt", "none")),
    ])
    func `everything after that is told to the client, with state and iss`(error: String, ask: Ask) async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let answer = try await browser.authorize(ask)
            #expect(answer.status == 303)
            #expect(
                try answer.location()
                    == "https://shop.example/callback?error=\(error)&state=xyz&iss=https%3A%2F%2Fprovider.test"
            )
            #expect(answer.headers[.cacheControl] == "no-store")
        }
    }

    @Test func `a form leads to the same request as a link, OpenID Connect Core §3.1.2.1`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            _ = try await browser.signIn(for: .firstParty)
            let answer = try await browser.submit("/oauth2/authorize", Ask.firstParty.pairs)
            #expect(answer.status == 303)
            #expect(try await browser.get(answer.location()).redirected().optional("code") != nil)
        }
    }

    @Test func `a form is refused as a link is`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let stranger = try await browser.submit("/oauth2/authorize", Ask.with("client_id", "nobody").pairs)
            #expect(stranger.status == 400)
            #expect(stranger.headers[.location] == nil)
            let greedy = try await browser.submit("/oauth2/authorize", Ask.with("scope", "orders:admin").pairs)
            #expect(try greedy.redirected().optional("error") == "invalid_scope")
            let notAForm = try await provider.send(
                .post,
                "/oauth2/authorize",
                headers: [.contentType: "application/json"],
                body: Ask.accepted.query
            )
            #expect(notAForm.status == 415)
        }
    }

    @Test func `a state given twice is not repeated`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let answer = try await browser.authorize(.plus("state", "abc"))
            #expect(answer.status == 400)
            #expect(answer.headers[.location] == nil)
        }
    }

    @Test func `prompt=none shows nothing: first login_required, then consent_required, then the code`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let silent = Ask.with("prompt", "none")
            #expect(try await browser.authorize(silent).redirected().optional("error") == "login_required")
            let consent = try await browser.signIn()
            #expect(try await browser.authorize(silent).redirected().optional("error") == "consent_required")
            let page = try await browser.get(consent.location())
            _ = try await browser.submit("/consent", of: page, [("decision", "allow")])
            #expect(try await browser.authorize(silent).redirected().optional("code") != nil)
        }
    }

    @Test func `prompt=login asks for the password once more, and once only`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            _ = try await browser.signIn(for: .firstParty)
            let again = Ask.firstParty.with("prompt", "login")
            #expect(try await browser.authorize(again).location().hasPrefix("/login?continue="))
            #expect(try await browser.signIn(for: again).redirected().optional("code") != nil)
        }
    }

    @Test func `a sign-in older than max_age is asked for anew`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            _ = try await browser.signIn(for: .firstParty)
            let ask = Ask.firstParty.with("max_age", "60")
            provider.clock.advance(bySeconds: 60)
            #expect(try await browser.authorize(ask).redirected().optional("code") != nil)
            provider.clock.advance(bySeconds: 1)
            #expect(try await browser.authorize(ask).location().hasPrefix("/login?"))
        }
    }

    @Test func `an expired session, a disabled account and a foreign cookie all lead to the sign-in page`() async throws
    {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            _ = try await browser.signIn(for: .firstParty)
            var stranger = Browser(provider)
            stranger.plant(HostCookie.session.name, Credential.random().exposed)
            #expect(try await stranger.authorize(.firstParty).location().hasPrefix("/login?"))
            let alice = try provider.account("alice").id
            try await provider.parts.database.transaction {
                try $0.run("UPDATE accounts SET disabled = 1 WHERE id = $1", [alice])
            }
            #expect(try await browser.authorize(.firstParty).location().hasPrefix("/login?"))
            var ada = Browser(provider)
            _ = try await ada.signIn("ada", for: .firstParty)
            provider.clock.advance(bySeconds: 12 * 3_600)
            #expect(try await ada.authorize(.firstParty).location().hasPrefix("/login?"))
        }
    }

    @Test func `a scope that needs a role is granted to whoever has the role`() async throws {
        try await TestProvider.run { provider in
            let ask = Ask.firstParty.with("scope", "orders:admin")
            var alice = Browser(provider)
            let refused = try await alice.signIn(for: ask)
            #expect(try refused.redirected().optional("error") == "invalid_scope")
            var ada = Browser(provider)
            let granted = try await ada.signIn("ada", for: ask)
            #expect(try granted.redirected().optional("code") != nil)
        }
    }

    @Test func `a native application is answered on the port it has found free`() async throws {
        try await TestProvider.run { provider in
            var browser = Browser(provider)
            let answer = try await browser.signIn(
                for: .firstParty.with("redirect_uri", "http://127.0.0.1:51004/callback")
            )
            #expect(try answer.location().hasPrefix("http://127.0.0.1:51004/callback?code="))
        }
    }
}
