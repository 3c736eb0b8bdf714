import HTTPTypes
import TestKit
import Testing
import Tokens

@testable import ServiceKit
@testable import TokenExchange

@Suite("Token exchange, what is granted: RFC 8693 §2.2.1")
struct ExchangeGrantTests {
    @Test func `an order's hop gets a token for one API, one scope, one minute, and says who acts`() async throws {
        let house = try await ExchangeHouse()
        let answer = try await house.exchange(
            try house.token { $0.transactionID = "txn-1" },
            scope: "users.address:read"
        )
        #expect(answer.status == 200)
        #expect(answer.headers[.cacheControl] == "no-store")
        #expect(answer.body["token_type"] == "Bearer")
        #expect(answer.body["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token")
        #expect(answer.body["expires_in"] == 60)
        #expect(answer.body["scope"] == "users.address:read")
        #expect(answer.body["refresh_token"] == nil)

        var payload = try UnverifiedToken.decodeWithoutVerifying(answer.token).payload
        #expect(try #require(payload["jti"]?.string).utf8.count == 22)
        payload["jti"] = nil
        #expect(
            payload == [
                "iss": "https://localhost:8441", "sub": "user-alice", "aud": "https://users.gatehouse.local",
                "client_id": "orders-api", "iat": 1_800_000_000, "exp": 1_800_000_060, "scope": "users.address:read",
                "auth_time": 1_799_999_970, "sid": "session-1", "act": ["sub": "orders-api"], "txn": "txn-1",
                "source_tokens": [
                    [
                        "iss": "https://localhost:8440", "jti": "token-1", "client_id": "gatehouse-demo",
                        "kid": .string(house.provider.key.keyID), "iat": 1_800_000_000,
                    ]
                ],
            ]
        )
    }

    @Test
    func `a token that is bound to the user's key comes from its audience, and what it brings is bound to nothing`()
        async throws
    {
        let house = try await ExchangeHouse()
        let key = KeyThumbprint(of: try SigningKey.generate(.es256).verificationKey)
        let answer = try await house.exchange(try house.token { $0.confirmation = .key(key) })
        #expect(answer.status == 200)
        #expect(answer.body["token_type"] == "Bearer")
        #expect(try await house.verify(answer.token).confirmation == nil)
        // Not so in other hands: who is not its audience could have stolen it.
        let stolen = try await house.exchange(
            try house.token { ($0.audience, $0.confirmation) = (House.users, .key(key)) }
        )
        #expect(stolen.reason == .subjectTokenNotForActor)
    }

    @Test func `the next service verifies it with the published keys, and no other service does`() async throws {
        let house = try await ExchangeHouse()
        let token = try await house.exchange(try house.token()).token
        #expect(try await house.verify(token).subject == "user-alice")
        await #expect(throws: Refusal.audienceMismatch) {
            try await house.verify(token, at: House.orders)
        }
    }

    @Test func `without a scope everything is given that the user's scopes imply there, and they add up`() async throws
    {
        let house = try await ExchangeHouse()
        let both = try await house.exchange(try house.token { $0.scope = ["openid", "orders:read", "orders:write"] })
        #expect(both.body["scope"] == "users.address:read users.summary:read")
        let one = try await house.exchange(try house.token { $0.scope = ["openid", "orders:read"] })
        #expect(one.body["scope"] == "users.summary:read")
    }

    @Test func `a scope narrows what could be given`() async throws {
        let house = try await ExchangeHouse()
        let answer = try await house.exchange(try house.token(), scope: "users.summary:read")
        #expect(answer.body["scope"] == "users.summary:read")
        #expect(try await house.verify(answer.token).scope == ["users.summary:read"])
    }

    @Test(arguments: [(600, 60), (61, 60), (59, 59), (1, 1)] as [(Int64, Int64)])
    func `it lives for a minute, and never past the user's token`(left: Int64, granted: Int64) async throws {
        let house = try await ExchangeHouse()
        let answer = try await house.exchange(try house.token { $0.lifetimeSeconds = left })
        #expect(answer.body["expires_in"] == .integer(granted))
        #expect(try await house.verify(answer.token).expiresAt == House.epoch + granted)
    }

    @Test func `a chain of two hops nests its actors and keeps user, session, transaction and the first end`()
        async throws
    {
        let house = try await ExchangeHouse()
        let first = try await house.exchange(
            try house.token {
                $0.lifetimeSeconds = 40
                $0.transactionID = "txn-1"
            },
            scope: "users.summary:read"
        )
        house.clock.advance(bySeconds: 10)
        let second = try await house.exchange(first.token, by: "users-api", to: House.orders)
        #expect(second.body["scope"] == "orders.count:read")
        let claims = try await house.verify(second.token, at: House.orders)
        #expect(claims.actor?.chain == ["users-api", "orders-api"])
        #expect(claims.clientID == "users-api")
        #expect(claims.subject == "user-alice")
        #expect(claims.sessionID == "session-1")
        #expect(claims.authenticatedAt == House.epoch - 30)
        #expect(claims.transactionID == "txn-1")
        #expect(claims.expiresAt == House.epoch + 40)
    }

    @Test func `a chain goes on over a rotation of our own keys`() async throws {
        let house = try await ExchangeHouse()
        let subject = try house.token {
            $0.scope = ["orders:read"]
            $0.lifetimeSeconds = 40_000
        }
        house.clock.advance(bySeconds: 30 * 86_400 - 250)
        try await house.service.clockMoved()
        house.clock.advance(bySeconds: 240)
        try await house.service.clockMoved()
        let old = try await house.exchange(try house.token { $0.scope = ["orders:read"] })
        house.clock.advance(bySeconds: 20)
        let new = try await house.exchange(try house.token { $0.scope = ["orders:read"] })
        #expect(try Self.keyID(old.token) != Self.keyID(new.token))
        for hop in [old, new] {
            let next = try await house.exchange(hop.token, by: "users-api", to: House.orders)
            #expect(next.status == 200)
        }
        #expect(try await house.exchange(subject).reason == .tokenExpired)
    }

    @Test func `four actors may stand in a row`() async throws {
        let house = try await ExchangeHouse()
        let three = Actor("c", actingAfter: Actor("b", actingAfter: Actor("a")))
        let answer = try await house.exchange(try house.token { $0.actor = three })
        #expect(try await house.verify(answer.token).actor?.chain == ["orders-api", "c", "b", "a"])
    }

    @Test func `a request that comes without a transaction gets the one of its way through the house`() async throws {
        let house = try await ExchangeHouse()
        let transactionID = Credential.random(byteCount: 16).exposed
        let continued = try await house.exchange(try house.token(), headers: [.transactionID: transactionID])
        #expect(try await house.verify(continued.token).transactionID == transactionID)
        let fresh = try await house.exchange(try house.token())
        #expect(try await house.verify(fresh.token).transactionID == fresh.headers[.transactionID])
    }

    @Test func `the token type may be named, if it is the one there is`() async throws {
        let house = try await ExchangeHouse()
        let additions = [("requested_token_type", ExchangeHouse.tokenType)]
        #expect(try await house.exchange(try house.token(), additions: additions).status == 200)
    }

    @Test(arguments: [
        ("act", #"{"sub":"users-api"}"#), ("actor", "users-api"), ("may_act", #"{"sub":"users-api"}"#),
        ("client_id", "users-api"), ("sub", "bob"), ("expires_in", "86400"), ("lifetime", "86400"), ("iss", "evil"),
        ("transaction_id", "forged"), ("cnf", "{}"), ("scopes", "users.address:read"), ("audiences", "everywhere"),
    ])
    func `a parameter that we do not know has no effect, RFC 6749 §3.2`(name: String, value: String) async throws {
        let house = try await ExchangeHouse()
        let subject = try house.token { $0.transactionID = "txn-1" }
        let plain = try await house.exchange(subject, scope: "users.address:read")
        let answer = try await house.exchange(subject, scope: "users.address:read", additions: [(name, value)])
        #expect(answer.status == 200)
        #expect(try Self.payloadWithoutID(answer.token) == Self.payloadWithoutID(plain.token))
    }

    @Test func `users who are called directly go on to Orders the same way`() async throws {
        let house = try await ExchangeHouse()
        let subject = try house.token {
            $0.audience = House.users
            $0.scope = ["profile:read"]
        }
        let answer = try await house.exchange(subject, by: "users-api", to: House.orders)
        #expect(answer.body["scope"] == "orders.count:read")
        #expect(try await house.verify(answer.token, at: House.orders).actor == Actor("users-api"))
    }

    @Test func `the keys that we know go on verifying while the provider's page is away`() async throws {
        let house = try await ExchangeHouse()
        #expect(try await house.exchange(try house.token()).status == 200)
        house.network.answer("\(House.issuer)/oauth2/jwks.json", .unreachable)
        house.clock.advance(bySeconds: 130)
        try await house.service.clockMoved()
        #expect(try await house.exchange(try house.token()).status == 200)
    }

    private static func payloadWithoutID(_ token: Credential) throws -> JSONObject {
        var payload = try UnverifiedToken.decodeWithoutVerifying(token).payload
        payload["jti"] = nil
        return payload
    }

    private static func keyID(_ token: Credential) throws -> String? {
        try UnverifiedToken.decodeWithoutVerifying(token).header["kid"]?.string
    }
}
