import Audit
import HTTPTypes
import Testing
import Tokens

@testable import IdentityProvider

/// Whoever asks about a token, gives one back, or opens something of the provider's with one.
extension Way {

    private static func ask(
        _ name: String,
        _ event: AuditEvent,
        _ reason: Refusal? = nil,
        of subject: String? = "alice",
        by client: String,
        with kind: AuditToken.Kind,
        at path: String,
        afterSeconds seconds: Int64 = 0
    ) -> Way {
        Way(name, event, reason.map { .refusal($0) }, of: subject, by: client, with: kind) { provider in
            let tokens = try await provider.redeem(provider.issueCode()).tokens()
            provider.clock.advance(bySeconds: seconds)
            let token = kind == .access ? tokens.accessToken : try #require(tokens.refreshToken)
            return {
                try await provider.post(path, ["token": token.exposed], authorization: provider.basic(client))
            }
        }
    }

    private static func open(
        _ name: String,
        _ reason: Refusal? = nil,
        of subject: String? = nil,
        by client: String? = nil,
        scope: String
    ) -> Way {
        Way(name, .access, reason.map { .refusal($0) }, of: subject, by: client, with: .access) { provider in
            let token = try await provider.logIn(scope: scope, resource: TestProvider.issuer).accessToken
            return { try await provider.get("/oauth2/userinfo", bearer: token) }
        }
    }

    private static func stream(_ name: String, _ reason: Refusal? = nil, method: String) -> Way {
        Way(
            name,
            .access,
            reason.map { .refusal($0) },
            of: "orders-api",
            by: "orders-api",
            with: .access,
            spiffeID: "spiffe://gatehouse.local/orders-api"
        ) { provider in
            let form: KeyValuePairs = [
                "grant_type": "client_credentials", "client_id": "orders-api", "resource": TestProvider.issuer,
            ]
            let token = try await provider.post("/oauth2/token", form).tokens().accessToken
            return {
                try await provider.send(
                    .post,
                    "/events/streams",
                    headers: [.authorization: "Bearer \(token.exposed)", .contentType: "application/json"],
                    body: JSONWriter.text(["delivery": ["method": .string(method)]])
                )
            }
        }
    }

    static let questions: [Way] = [
        ask("a question", .tokenIntrospection, by: "auditor", with: .access, at: "/oauth2/introspect"),
        ask("a question about its own", .tokenIntrospection, by: "web", with: .refresh, at: "/oauth2/introspect"),
        ask(
            "a question about a dead token",
            .tokenIntrospection,
            .tokenExpired,
            of: nil,
            by: "auditor",
            with: .access,
            at: "/oauth2/introspect",
            afterSeconds: 3_600
        ),
        ask(
            "a question about another's refresh token",
            .tokenIntrospection,
            .clientMismatch,
            by: "auditor",
            with: .refresh,
            at: "/oauth2/introspect"
        ),
        ask("a token given back", .tokenRevocation, by: "web", with: .access, at: "/oauth2/revoke"),
        ask("a refresh token given back", .tokenRevocation, by: "web", with: .refresh, at: "/oauth2/revoke"),
        ask("another's token", .tokenRevocation, .clientMismatch, by: "auditor", with: .access, at: "/oauth2/revoke"),
        open("userinfo", of: "alice", by: "gatehouse-demo", scope: "openid"),
        open("userinfo without openid", .scopeInsufficient, scope: "email"),
        stream("a stream of events", method: "urn:ietf:rfc:8936"),
        stream("a stream of another kind", .bodyMalformed, method: "carrier pigeon"),
    ]
}
