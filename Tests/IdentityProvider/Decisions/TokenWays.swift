import Audit
import HTTPTypes
import Testing
import Tokens

@testable import IdentityProvider

/// `POST /oauth2/token` and `/auth/…`.
extension Way {
    private static func machine(
        _ name: String,
        _ reason: Refusal? = nil,
        by client: String? = "web",
        _ form: KeyValuePairs<String, String> = ["grant_type": "client_credentials"],
        secret: Credential? = nil
    ) -> Way {
        let subject = reason == nil ? client : nil
        return Way(name, .tokenIssue, reason.map { .refusal($0) }, of: subject, by: client) { provider in
            { try await provider.post("/oauth2/token", form, authorization: provider.basic(client ?? "", secret)) }
        }
    }

    private static func assertion(_ name: String, _ reason: Refusal?, _ key: SigningKey?, isReplay: Bool = false) -> Way
    {
        Way(name, .tokenIssue, reason.map { .refusal($0) }, of: reason == nil ? "signer" : nil, by: "signer") {
            provider in
            let now = provider.clock.now()
            let claims = ClientAssertionClaims(
                clientID: "signer",
                audience: TestProvider.issuer,
                issuedAt: now,
                expiresAt: now + 60,
                tokenID: "one"
            )
            let assertion = try TokenMinter { _ in key ?? provider.template.signerKey }.mint(claims)
            let form: KeyValuePairs = [
                "grant_type": "client_credentials", "client_assertion": assertion.exposed,
                "client_assertion_type": ClientAuthenticationMethod.assertionType,
            ]
            if isReplay { _ = try await provider.post("/oauth2/token", form) }
            return { try await provider.post("/oauth2/token", form) }
        }
    }

    private static func code(
        _ name: String,
        _ reason: Refusal? = nil,
        _ redeem: @escaping @Sendable (TestProvider, IssuedCode) async throws -> Answer
    ) -> Way {
        Way(name, .tokenIssue, reason.map { .refusal($0) }, of: "alice", by: "web", with: .code) { provider in
            let issued = try await provider.issueCode()
            if reason == .authorizationCodeReused { _ = try await provider.redeem(issued) }
            return { try await redeem(provider, issued) }
        }
    }

    private static func refresh(
        _ name: String,
        _ reason: AuditReason? = nil,
        by client: String = "gatehouse-demo",
        spending count: Int = 0
    ) -> Way {
        Way(name, .tokenRefresh, reason, of: "alice", by: client, with: .refresh) { provider in
            let token = try await provider.logIn().refreshToken
            var next = token
            for _ in 0..<count { next = try await provider.refresh(next).tokens().refreshToken }
            return { try await provider.refresh(token, client: client) }
        }
    }

    static let tokens: [Way] = [
        machine("a client's own token"),
        machine("a wrong secret", .clientSecretWrong, secret: Credential("not-the-secret-not-the-secret")),
        Way("an unknown client", .tokenIssue, .refusal(.clientUnknown)) { provider in
            let form: KeyValuePairs = ["grant_type": "client_credentials"]
            return { try await provider.post("/oauth2/token", form, authorization: provider.basic("nobody")) }
        },
        machine("too much scope", .scopeNotAllowed, ["grant_type": "client_credentials", "scope": "orders:write"]),
        machine("no grant type", .parameterMissing, by: nil, ["scope": "orders:read"]),
        machine("an unknown grant type", .grantTypeUnsupported, by: nil, ["grant_type": "password"]),
        machine("a grant of others", .grantNotAllowedForClient, by: "auditor"),
        Way("no form", .tokenIssue, .refusal(.contentTypeUnsupported)) { provider in
            { try await provider.post("/oauth2/token", json: [:]) }
        },
        assertion("an assertion", nil, nil),
        assertion("an assertion of another key", .keyUnknown, try? SigningKey.generate(.es256)),
        assertion("a replayed assertion", .assertionReplayed, nil, isReplay: true),
        code("a code") { provider, code in try await provider.redeem(code) },
        code("a wrong verifier", .codeVerifierMismatch) { provider, code in
            try await provider.redeem(code, verifier: String(IssuedCode.verifier.exposed.reversed()))
        },
        code("another redirect URI", .redirectURIMismatch) { provider, code in
            try await provider.redeem(code, redirectURI: "https://shop.example/other")
        },
        code("a spent code", .authorizationCodeReused) { provider, code in try await provider.redeem(code) },
        Way("no code of ours", .tokenIssue, .refusal(.authorizationCodeUnknown), by: "web", with: .code) { provider in
            { try await provider.redeem(IssuedCode(code: Credential("x9"), sessionID: "")) }
        },
        refresh("a refresh token"),
        refresh("a refresh token whose answer was lost", .refreshTokenGraced, spending: 1),
        refresh("a spent refresh token", .refusal(.refreshTokenReused), spending: 2),
        refresh("another's refresh token", .refusal(.clientMismatch), by: "other-app"),
        Way(
            "no refresh token of ours",
            .tokenRefresh,
            .refusal(.refreshTokenUnknown),
            by: "gatehouse-demo",
            with: .refresh
        ) { provider in { try await provider.refresh(Credential("x9")) } },
        bound("a bound refresh token", isStolen: false),
        bound("a stolen bound refresh token", .grantKeyMismatch, isStolen: true),
    ]

    private static func bound(_ name: String, _ reason: Refusal? = nil, isStolen: Bool) -> Way {
        Way(
            name,
            .tokenRefresh,
            reason.map { .refusal($0) },
            of: "alice",
            by: "gatehouse-demo",
            with: .refresh
        ) { provider in
            let (key, thief) = (try ClientKey(at: provider), try ClientKey(at: provider))
            let token = try await provider.logIn(proof: key.proof(for: "/auth/login")).refreshToken
            let proof = try (isStolen ? thief : key).proof()
            return { try await provider.refresh(token, proof: proof) }
        }
    }
}

/// The JSON login of our own clients.
extension Way {
    private static func logIn(
        _ name: String,
        _ reason: Refusal? = nil,
        of subject: String? = "alice",
        by client: String = "gatehouse-demo",
        user: String = "alice",
        password: Credential = TestProvider.password
    ) -> Way {
        Way(name, .signIn, reason.map { .refusal($0) }, of: subject, by: client) { provider in
            {
                try await provider.post(
                    "/auth/login",
                    json: [
                        "client_id": .string(client), "username": .string(user), "password": .string(password.exposed),
                    ]
                )
            }
        }
    }

    private static func withToken(
        _ name: String,
        _ event: AuditEvent,
        _ reason: Refusal? = nil,
        by client: String = "gatehouse-demo",
        at path: String
    ) -> Way {
        Way(name, event, reason.map { .refusal($0) }, of: "alice", by: client, with: .refresh) { provider in
            let token = try #require(try await provider.logIn().refreshToken).exposed
            return {
                try await provider.post(
                    path,
                    json: ["client_id": .string(client), "refresh_token": .string(token)]
                )
            }
        }
    }

    static let firstParty: [Way] = [
        logIn("a login"), logIn("a wrong password", .credentialsWrong, password: Credential("wrong horse battery")),
        logIn("an unknown user", .credentialsWrong, of: nil, user: "mallory"),
        logIn("a login at a stranger's client", .clientNotFirstParty, of: nil, by: "other-app"),
        logIn("a login without the proof", .proofMissing, of: nil, by: "bound-app"),
        withToken("a refresh by JSON", .tokenRefresh, at: "/auth/refresh"),
        withToken("a logout by JSON", .signOut, at: "/auth/logout"),
        withToken("a logout of somebody else", .signOut, .clientMismatch, by: "bound-app", at: "/auth/logout"),
    ]
}
