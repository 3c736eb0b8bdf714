import Testing
import Tokens

@testable import IdentityProvider

/// An authorization request that is accepted, and what a test changes about it.
struct Ask: Sendable, CustomTestStringConvertible {
    private(set) var pairs: [(name: String, value: String)] = [
        ("client_id", "web"), ("redirect_uri", "https://shop.example/callback"), ("response_type", "code"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
        ("scope", "openid orders:read"), ("state", "xyz"),
    ]
    var testDescription = "as accepted"

    static let accepted = Ask()

    /// The same request with one parameter set, or left out.
    static func with(_ name: String, _ value: String?) -> Ask { accepted.with(name, value) }

    func with(_ name: String, _ value: String?) -> Ask {
        var ask = self
        ask.pairs.removeAll { $0.name == name }
        if let value { ask.pairs.append((name, value)) }
        ask.testDescription = value.map { "\(name)=\($0.prefix(60))" } ?? "no \(name)"
        return ask
    }

    /// The same request with one parameter more, whether it is there already or not.
    static func plus(_ name: String, _ value: String) -> Ask {
        var ask = accepted
        ask.pairs.append((name, value))
        ask.testDescription = "\(name)=\(value) once more"
        return ask
    }

    var query: String { FormParameters.encode(pairs) }

    func parameters() throws -> FormParameters { try FormParameters(reading: Array(query.utf8)) }
}

@Suite("The table of authorization checks, RFC 6749 §4.1.1 and OpenID Connect Core §3.1.2.1")
struct AuthorizationCheckTests {
    private static func client(_ changes: [(String, JSONValue)] = []) throws -> Client {
        let orders = Resource(
            identifier: "https://orders.test",
            scopes: ["orders:read", "orders:write"].map { Scope(name: $0, description: $0, requiredRole: nil) }
        )
        var document: JSONObject = [
            "client_id": "web", "grant_types": ["authorization_code"],
            "redirect_uris": ["https://shop.example/callback"], "scope": "openid orders:read",
            "resources": ["https://orders.test", "issuer"],
        ]
        for (name, value) in changes { document[name] = value }
        let registry = ScopeRegistry(issuer: "https://provider.test", apis: [orders])
        return try Client(reading: document, registry: registry)
    }

    private static func read(_ ask: Ask, client: Client? = nil) throws -> AuthorizationRequest {
        let parameters = try ask.parameters()
        let destination = try RedirectDestination(reading: parameters, client: client ?? Self.client())
        return try AuthorizationRequest(reading: parameters, to: destination)
    }

    @Test func `the accepted request is read whole`() throws {
        let request = try Self.read(.accepted)
        #expect(request.scope == ["openid", "orders:read"])
        #expect(request.resources == ["https://orders.test", "https://provider.test"])
        #expect(request.codeChallenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(request.destination.state == "xyz")
        #expect(request.prompt.isEmpty)
    }

    /// Each row differs from the accepted request by one parameter.
    @Test(arguments: [
        (Refusal.requestObjectUnsupported, Ask.with("request", "e30.e30.")),
        (.requestURIUnsupported, .with("request_uri", "https://shop.example/request")),
        (.parameterMissing, .with("response_type", nil)),
        (.responseTypeUnsupported, .with("response_type", "token")),
        (.responseTypeUnsupported, .with("response_type", "code id_token")),
        (.parameterMalformed, .with("response_mode", "fragment")),
        (.parameterMalformed, .with("response_mode", "form_post")),
        (.parameterMissing, .with("code_challenge", nil)),
        (.parameterMissing, .with("code_challenge_method", nil)),
        (.parameterMalformed, .with("code_challenge_method", "plain")),
        (.parameterMalformed, .with("code_challenge_method", "s256")),
        (.parameterMalformed, .with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c")),
        (.parameterMalformed, .with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMM")),
        (.parameterMalformed, .with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")),
        (.parameterMalformed, .with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN")),
        (.scopeNotAllowed, .with("scope", "openid orders:write")),
        (.scopeNotAllowed, .with("scope", "openid unheard:of")),
        (.scopeNotAllowed, .with("scope", "openid  orders:read")),
        (.audienceNotAllowed, .with("resource", "https://users.test")),
        (.audienceNotAllowed, .with("resource", "https://orders.test/")),
        (.parameterMalformed, .with("prompt", "select_account")),
        (.parameterMalformed, .with("prompt", "none login")),
        (.parameterMalformed, .with("prompt", "login  consent")),
        (.parameterMalformed, .with("prompt", "login login")),
        (.parameterMalformed, .with("max_age", "-1")),
        (.parameterMalformed, .with("max_age", "1.5")),
        (.parameterMalformed, .with("max_age", "99999999999999999999")),
        (.parameterMalformed, .with("nonce", String(repeating: "n", count: 257))),
        (.parameterMalformed, .with("dpop_jkt", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN")),
        (.parameterMalformed, .with("dpop_jkt", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw")),
    ])
    func `a request that breaks one rule is refused`(reason: Refusal, ask: Ask) {
        #expect(throws: reason) { try Self.read(ask) }
    }

    @Test(arguments: [
        Ask.with("response_mode", "query"), .with("scope", nil), .with("scope", "openid"), .with("state", nil),
        .with("resource", "https://orders.test"), .with("prompt", "none"), .with("prompt", "login consent"),
        .with("max_age", "0"), .with("nonce", String(repeating: "n", count: 256)), .with("unknown", "ignored"),
        .with("dpop_jkt", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    ])
    func `a request that keeps to the rules is accepted`(ask: Ask) throws {
        _ = try Self.read(ask)
    }

    @Test func `a client without the code grant has no redirect URI either, so it is refused on a page`() throws {
        let machine = try Self.client([("grant_types", ["client_credentials"]), ("redirect_uris", .array([]))])
        #expect(throws: Refusal.redirectURIMismatch) { try Self.read(.accepted, client: machine) }
    }

    @Test func `a request with several faults is refused for the first row of the table`() {
        let ask = Ask.with("response_type", "token").with("scope", "unheard:of").with("prompt", "what")
        #expect(throws: Refusal.responseTypeUnsupported) { try Self.read(ask) }
    }

    @Test(arguments: [
        Ask.accepted, .with("prompt", "login consent"), .with("max_age", "60"), .with("nonce", "n&n=%"),
        .with("state", "\"><script>"), .with("resource", "https://orders.test"),
        .with("dpop_jkt", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    ])
    func `a request written anew is the same request`(ask: Ask) throws {
        let request = try Self.read(ask)
        let parameters = try FormParameters(reading: Array(request.query.utf8))
        let again = try AuthorizationRequest(
            reading: parameters,
            to: RedirectDestination(reading: parameters, client: request.client)
        )
        #expect(again.query == request.query)
        #expect(again.destination.state == request.destination.state)
        #expect(again.nonce == request.nonce)
        #expect(again.key == request.key && (again.key != nil) == ask.query.contains("dpop_jkt"))
        #expect(again.prompt == request.prompt)
    }

    @Test func `a new sign-in fulfils prompt=login and max_age, a yes fulfils prompt=consent`() throws {
        let request = try Self.read(Ask.with("prompt", "login consent").with("max_age", "0"))
        let epoch = NumericDate(1_800_000_000)
        #expect(request.requiresSignIn(since: epoch, now: epoch))
        #expect(!request.afterSignIn.requiresSignIn(since: epoch, now: epoch + 3_600))
        #expect(request.afterSignIn.prompt == [.consent])
        #expect(request.afterSignIn.afterConsent.prompt.isEmpty)
    }

    @Test func `max_age counts from the moment the password was typed`() throws {
        let request = try Self.read(.with("max_age", "60"))
        let epoch = NumericDate(1_800_000_000)
        #expect(!request.requiresSignIn(since: epoch, now: epoch + 60))
        #expect(request.requiresSignIn(since: epoch, now: epoch + 61))
    }
}

@Suite("Redirect URIs, RFC 9700 §2.1 and RFC 8252 §7.3")
struct RedirectDestinationTests {
    private func isAccepted(_ presented: String, registered: String) throws -> Bool {
        let registry = ScopeRegistry(issuer: "https://provider.test", apis: [])
        let client = try Client(
            reading: [
                "client_id": "app", "grant_types": ["authorization_code"], "scope": "openid", "resources": ["issuer"],
                "redirect_uris": [.string(registered)],
            ],
            registry: registry
        )
        do {
            _ = try RedirectDestination(reading: FormParameters(["redirect_uri": presented]), client: client)
            return true
        } catch Refusal.redirectURIMismatch {
            return false
        }
    }

    @Test(arguments: [
        "https://shop.example/callback/", "https://shop.example/callback?x=1", "https://shop.example/Callback",
        "https://shop.example:443/callback", "https://shop.example/callback#x", "https://shop.example.evil/callback",
        "http://shop.example/callback", "https://shop.example/a/../callback", "https://evil.example/callback",
        "https://shop.example@evil.example/callback", "javascript:alert(1)",
    ])
    func `only the registered text is accepted`(presented: String) throws {
        let registered = "https://shop.example/callback"
        #expect(try isAccepted(registered, registered: registered))
        #expect(try !isAccepted(presented, registered: registered))
    }

    @Test(arguments: [
        ("http://127.0.0.1:49152/callback", true), ("http://127.0.0.1/callback", true),
        ("http://127.0.0.1:65536/callback", false), ("http://127.0.0.1:/callback", false),
        ("http://127.0.0.1:80@evil.example/callback", false), ("http://127.0.0.1.evil.example/callback", false),
        ("http://127.0.0.1:8400/other", false), ("http://localhost:8400/callback", false),
        ("https://127.0.0.1:8400/callback", false), ("http://[::1]:8400/callback", false),
    ])
    func `a loopback redirect may take another port and nothing else`(presented: String, verdict: Bool) throws {
        #expect(try isAccepted(presented, registered: "http://127.0.0.1:8400/callback") == verdict)
    }

    /// Swift calls each pair equal: the second is the first in another form of Unicode.
    @Test(arguments: [
        ("https://shop.example/OK", "https://shop.example/O\u{212A}"),
        ("https://shop.example/a;b", "https://shop.example/a\u{037E}b"),
        ("http://127.0.0.1:8400/OK", "http://127.0.0.1:9/O\u{212A}"),
    ])
    func `a text that only looks like the registered one is another`(registered: String, presented: String) throws {
        #expect(try isAccepted(registered, registered: registered))
        #expect(try !isAccepted(presented, registered: registered))
    }

    @Test func `the port of any other host is part of its name`() throws {
        #expect(try !isAccepted("https://shop.example:8443/cb", registered: "https://shop.example:443/cb"))
        #expect(try isAccepted("http://[::1]:9/cb", registered: "http://[::1]:8400/cb"))
    }
}
