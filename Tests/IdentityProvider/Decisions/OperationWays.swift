import Audit
import HTTPTypes
import IssuerKit
import Testing
import Tokens

@testable import IdentityProvider

/// What operators do, behind the operator key.
extension Way {
    private static func operate(
        _ name: String,
        _ event: AuditEvent,
        _ reason: Refusal? = nil,
        of subject: String? = nil,
        by client: String? = nil,
        at path: String,
        _ body: JSONObject? = nil
    ) -> Way {
        Way(name, event, reason.map { .refusal($0) }, of: subject, by: client) { provider in
            { try await provider.operate(.post, path, body) }
        }
    }

    private static func registration(_ id: String) -> JSONObject {
        ["client_id": .string(id), "introspects": [.string(TestProvider.orders)]]
    }

    private static let changes: [Way] = [
        operate("a new account", .accountChange, of: newcomer, at: "users", ["username": "bob"]),
        operate("a name that is taken", .accountChange, .conflict, at: "users", ["username": "alice"]),
        operate("an account disabled", .accountChange, of: "alice", at: "users/disable", ["username": "alice"]),
        operate("an account enabled", .accountChange, of: "alice", at: "users/enable", ["username": "alice"]),
        operate("a new password", .accountChange, of: "alice", at: "users/password", ["username": "alice"]),
        operate("a password of nobody", .accountChange, .resourceNotFound, at: "users/password", ["username": "bob"]),
        operate("a role", .accountChange, of: "alice", at: "users/roles", ["username": "alice", "roles": ["admin"]]),
        operate(
            "a role of two words",
            .accountChange,
            .parameterMalformed,
            at: "users/roles",
            ["username": "alice", "roles": ["a b"]]
        ),
        operate("a new client", .clientChange, by: "reporter", at: "clients", registration("reporter")),
        operate("a client id that is taken", .clientChange, .conflict, by: "web", at: "clients", registration("web")),
        operate(
            "an unsound client",
            .clientChange,
            .bodyMalformed,
            at: "clients",
            ["client_id": "reporter", "color": "red"]
        ),
        operate("a new secret", .clientChange, by: "web", at: "clients/web/rotate-secret"),
        operate(
            "a secret of a client without one",
            .clientChange,
            .conflict,
            by: "orders-api",
            at: "clients/orders-api/rotate-secret"
        ),
    ]

    private static let takenBack: [Way] = [
        operate("everything of a user", .revocation, of: "alice", at: "revocations", ["username": "alice"]),
        operate("everything of nobody", .revocation, .resourceNotFound, at: "revocations", ["username": "bob"]),
        operate("everything of a client", .revocation, by: "web", at: "revocations", ["client_id": "web"]),
        operate("a token by its id", .revocation, at: "revocations", ["token": "AAAAAAAAAAAAAAAAAAAAAA"]),
        operate("no token", .revocation, .bodyMalformed, at: "revocations", ["token": "x"]),
        operate("the next keys", .keyChange, at: "keys/rotate"),
        operate("keys of no ring", .keyChange, .bodyMalformed, at: "keys/rotate", ["ring": "none"]),
        Way("a stolen key", .keyChange) { provider in
            let keyID = try provider.parts.ring.signingKey(.es256).keyID
            return { try await provider.operate("keys/revoke", ["kid": .string(keyID)]) }
        },
        operate("an unknown key", .keyChange, .resourceNotFound, at: "keys/revoke", ["kid": "x"]),
    ]

    static let operations = changes + takenBack
}
