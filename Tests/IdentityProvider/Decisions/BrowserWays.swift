import Audit
import Testing
import Tokens

@testable import IdentityProvider

/// What people do in a browser.
extension Way {
    private static func authorize(
        _ name: String,
        _ reason: Refusal? = nil,
        of subject: String? = nil,
        by client: String? = "web",
        asking ask: Ask
    ) -> Way {
        Way(name, .authorize, reason.map { .refusal($0) }, of: subject, by: client) { provider in
            var browser = Browser(provider)
            if subject != nil { _ = try await browser.signIn(for: .firstParty) }
            return { [browser] in
                var browser = browser
                return try await browser.authorize(ask)
            }
        }
    }

    /// A form of a page that was reached by signing in, and what a person makes of it.
    private static func form(
        _ name: String,
        _ event: AuditEvent,
        _ reason: Refusal? = nil,
        of subject: String? = "alice",
        by client: String? = "web",
        at path: String,
        _ typed: [(name: String, value: String)] = [],
        isForged: Bool = false
    ) -> Way {
        Way(name, event, reason.map { .refusal($0) }, of: subject, by: client) { provider in
            var browser = Browser(provider)
            if path != "/login" { _ = try await browser.signIn() }
            let shown =
                path == "/logout" ? path : "\(path)?" + FormParameters.encode([("continue", Ask.accepted.query)])
            var fields = try await browser.get(shown).hiddenFields
            if isForged { fields = fields.map { ($0.name, $0.name == "csrf" ? "forged" : $0.value) } }
            return { [browser, fields] in
                var browser = browser
                return try await browser.submit(path, fields + typed)
            }
        }
    }

    private static func typing(_ user: String, _ password: String) -> [(name: String, value: String)] {
        [("username", user), ("password", password)]
    }

    static let browser: [Way] = [
        authorize("a request of somebody who is not signed in", asking: .accepted),
        authorize("a code", of: "alice", by: "gatehouse-demo", asking: .firstParty),
        authorize("a request that needs consent", of: "alice", asking: .accepted),
        authorize("a request of no client", .clientUnknown, by: nil, asking: .with("client_id", "nobody")),
        authorize(
            "a foreign redirect URI",
            .redirectURIMismatch,
            asking: .with("redirect_uri", "https://thief.example/")
        ),
        authorize("a token in the address bar", .responseTypeUnsupported, asking: .with("response_type", "token")),
        authorize("a plain challenge", .parameterMalformed, asking: .with("code_challenge_method", "plain")),
        authorize("too much scope for a code", .scopeNotAllowed, asking: .with("scope", "orders:admin")),
        authorize("no page, and nobody signed in", .loginRequired, asking: .with("prompt", "none")),
        authorize("no page, and no consent", .consentRequired, of: "alice", asking: .with("prompt", "none")),
        form("a sign-in", .signIn, at: "/login", typing("alice", TestProvider.password.exposed)),
        form("a sign-in with a wrong password", .signIn, .credentialsWrong, at: "/login", typing("alice", "guess")),
        form("a sign-in of nobody", .signIn, .credentialsWrong, of: nil, at: "/login", typing("mallory", "guess")),
        form("a forged sign-in", .signIn, .csrfTokenWrong, of: nil, by: nil, at: "/login", isForged: true),
        form("a yes", .consent, at: "/consent", [("decision", "allow")]),
        form("a no", .consent, .consentDenied, at: "/consent", [("decision", "deny")]),
        form("neither yes nor no", .consent, .parameterMissing, at: "/consent"),
        form("a forged yes", .consent, .csrfTokenWrong, of: nil, by: nil, at: "/consent", isForged: true),
        form("a sign-out", .signOut, by: nil, at: "/logout"),
        form("a forged sign-out", .signOut, .csrfTokenWrong, of: nil, by: nil, at: "/logout", isForged: true),
    ]
}
