import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing
import TokenClient
import Tokens
import TokensHummingbird

@Suite("Article: protect your API in ten lines")
struct ProtectYourAPIArticle {
    private let issuer: TestIssuer
    private let network = TestNetwork()
    private let clock = House.clock()

    init() throws {
        issuer = try TestIssuer("https://id.example.com")
        network.answer("https://id.example.com/jwks.json", .json(issuer.keySet.document))
    }

    private func token(_ change: (inout AccessTokenDraft) -> Void = { _ in }) throws -> Credential {
        try issuer.mint {
            $0.audience = "https://api.example.com"
            $0.scope = ["parcels:read", "address:read"]
            change(&$0)
        }
    }

    private func expect(
        _ status: Int,
        _ challenge: String?,
        _ path: String,
        _ headers: HTTPFields,
        of client: some TestClientProtocol
    ) async throws {
        let response = try await client.execute(uri: path, method: .get, headers: headers)
        #expect(response.status.code == status)
        #expect(response.headers[.wwwAuthenticate] == challenge)
    }

    private func bearer(_ token: Credential) -> HTTPFields { [.authorization: "Bearer \(token.exposed)"] }

    @Test func `keys are named as shown`() {
        // Shown in ProtectYourAPI.md
        let keys = RemoteKeySet(issuer: "https://id.example.com", keySetURL: "https://id.example.com/jwks.json")
        // Shown until here
        #expect(keys.knownKey("any", issuer: "https://id.example.com") == nil)
    }

    @Test func `a route is protected as shown, and callers read what is told`() async throws {
        let keys = RemoteKeySet(
            issuer: "https://id.example.com",
            keySetURL: "https://id.example.com/jwks.json",
            sender: network
        )
        // Shown in ProtectYourAPI.md
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://api.example.com",
            algorithms: [.es256],
            keys: keys,
            clock: SystemClock(),
            revocations: NothingRevoked()
        )
        let callers = CallerGuard<BasicRequestContext>(validator: validator)
        // Shown until here
        // Shown in ProtectYourAPI.md
        let router = Router()
        router.get(
            "parcels",
            use: callers.requiring(scope: "parcels:read") { _, _, caller in "Parcels of \(caller.claims.subject)" }
        )
        let api = Application(router: router, services: [keys])
        // Shown until here
        let now = SystemClock().now()
        try await api.test(.router) { client in
            try await expect(401, "Bearer", "/parcels", [:], of: client)
            let bad = bearer(try token { ($0.issuedAt, $0.audience) = (now, House.orders) })
            try await expect(401, #"Bearer error="invalid_token""#, "/parcels", bad, of: client)
            let poor = bearer(try token { ($0.issuedAt, $0.scope) = (now, []) })
            try await expect(403, #"Bearer error="insufficient_scope""#, "/parcels", poor, of: client)
            let good = bearer(try token { $0.issuedAt = now })
            try await expect(200, nil, "/parcels", good, of: client)
            var twice = good
            twice[values: .authorization] += good[values: .authorization]
            try await expect(400, nil, "/parcels", twice, of: client)
        }
    }

    @Test func `while the keys cannot be had, nobody's token is wrong`() async throws {
        network.answer("https://id.example.com/jwks.json", .unreachable)
        let keys = RemoteKeySet(
            issuer: "https://id.example.com",
            keySetURL: "https://id.example.com/jwks.json",
            sender: network
        )
        let validator = issuer.validator(audience: "https://api.example.com", keys: keys)
        let callers = CallerGuard<BasicRequestContext>(validator: validator)
        let router = Router()
        router.get("parcels", use: callers.requiring(scope: "parcels:read") { _, _, _ in "" })
        try await Application(router: router).test(.router) { client in
            let response = try await client.execute(uri: "/parcels", method: .get, headers: bearer(token()))
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "1")
            #expect(response.headers[.wwwAuthenticate] == nil)
        }
    }

    @Test func `a route is protected more strictly as shown`() async throws {
        let (router, keys) = (Router(), issuer.keys)
        let index = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock)
        index.confirm(issuer: "https://id.example.com", at: clock.now())
        // Shown in ProtectYourAPI.md
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: ["https://id.example.com"],
            audience: "https://api.example.com",
            algorithms: [.es256],
            keys: keys,
            clock: clock,
            revocations: index,
            proofs: DPoPProofValidator(replays: ReplayWindow(clock: clock), clock: clock),
            cache: VerifiedTokenCache()
        )
        let callers = CallerGuard<BasicRequestContext>(validator: validator, address: "https://api.example.com")
        let strong = AuthenticationRule(contexts: ["mfa"], ageSecondsMax: 300)
        router.get(
            "people/:id/address",
            use: callers.requiring(scope: "address:read", subjectInPath: "id", authentication: strong) { _, _, caller in
                "The address of \(caller.claims.subject)"
            }
        )
        router.get(
            "internal/address",
            use: callers.requiring(scope: "address:read", actor: .only("orders-api")) { _, _, caller in
                "The address of \(caller.claims.subject), for Orders"
            }
        )
        // Shown until here
        try await Application(router: router).test(.router) { client in
            let alice = bearer(try token { ($0.authenticationContext, $0.authenticatedAt) = ("mfa", House.epoch) })
            let forbidden = #"Bearer error="insufficient_scope""#
            try await expect(200, nil, "/people/user-alice/address", alice, of: client)
            try await expect(403, forbidden, "/people/user-bob/address", alice, of: client)
            try await expect(403, forbidden, "/internal/address", alice, of: client)
            let orders = bearer(try token { ($0.actor, $0.tokenID) = (Actor("orders-api"), "token-2") })
            try await expect(200, nil, "/internal/address", orders, of: client)
            try index.revoke(.token("token-2"), issuer: "https://id.example.com", at: clock.now())
            try await expect(401, #"Bearer error="invalid_token""#, "/internal/address", orders, of: client)
        }
    }
}
