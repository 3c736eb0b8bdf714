import TestKit
import Testing

@testable import Tokens

@Suite("What an exchanged token was made from")
struct TokenSourceTests {
    private let provider: TestIssuer
    private let exchange: TestIssuer

    init() throws {
        provider = try TestIssuer()
        exchange = try TestIssuer("https://localhost:8441")
    }

    /// A token for Users that Orders got for Alice's token for Orders.
    private func exchanged() -> AccessTokenClaims {
        let user = provider.claims { ($0.sessionID, $0.tokenID) = ("session-1", "user-token") }
        return exchange.claims {
            ($0.issuedAt, $0.tokenID, $0.clientID) = (House.epoch + 20, "exchanged-token", "orders-api")
            ($0.sessionID, $0.sources) = ("session-1", [TokenSource(of: user, keyID: "provider-key")])
        }
    }

    @Test func `the claim, literally`() {
        let expected = #"""
            [{"iss":"https://localhost:8440","jti":"user-token","client_id":"gatehouse-demo","kid":"provider-key",\#
            "iat":1800000000}]
            """#
        #expect(JSONWriter.bytes(exchanged().payload["source_tokens"] ?? .null) == Array(expected.utf8))
    }

    @Test(arguments: [
        RevocationTarget.token("user-token"), .session("session-1"), .subject("user-alice"), .client("gatehouse-demo"),
        .grant(sessionID: "session-1", clientID: "gatehouse-demo"), .key("provider-key"),
    ])
    func `what ends the user's token ends what was exchanged from it`(target: RevocationTarget) throws {
        let index = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: House.clock())
        let token = exchanged().revocable(keyID: "exchange-key")
        // As of the moment in which the user's token was made; the exchanged one is younger, and dies all the same.
        try index.revoke(target, issuer: "https://another.example", at: House.epoch)
        #expect(!index.isRevoked(token))
        try index.revoke(target, issuer: provider.issuer, at: House.epoch)
        #expect(index.isRevoked(token))
    }

    @Test(arguments: [RevocationTarget.token("exchanged-token"), .client("orders-api"), .key("exchange-key")])
    func `what ends the exchanged token leaves its source alone`(target: RevocationTarget) throws {
        let index = RevocationIndex(tokenLifetimeSecondsMax: 600, clock: House.clock())
        try index.revoke(target, issuer: exchange.issuer, at: House.epoch + 20)
        #expect(index.isRevoked(exchanged().revocable(keyID: "exchange-key")))
        let user = provider.claims { ($0.sessionID, $0.tokenID) = ("session-1", "user-token") }
        #expect(!index.isRevoked(user.revocable(keyID: "provider-key")))
    }

    @Test func `as many sources as actors, each of them whole`() throws {
        let source = TokenSource(of: provider.claims(), keyID: "k").json
        func read(_ value: JSONValue) throws -> AccessTokenClaims {
            try AccessTokenClaims(
                reading: ClaimReader(payload: JSONWriter.bytes(provider.payload.with("source_tokens", value)))
            )
        }
        #expect(try read(.array(Array(repeating: source, count: Bounds.actorDepthMax))).sources.count == 4)
        #expect(throws: Refusal.actorChainTooLong) {
            try read(.array(Array(repeating: source, count: Bounds.actorDepthMax + 1)))
        }
        for wrong in [source, "x", ["x"], [[:]], .null] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try read(wrong) }
        }
        for name in ["iss", "jti", "client_id", "kid", "iat"] {
            let object = try #require(source.object)
            #expect(throws: Refusal.claimMalformed) { try read([.object(object.without(name))]) }
        }
    }

    @Test func `a whole chain stays within the bound of a token`() throws {
        var claims = exchanged()
        for depth in 1...Bounds.actorDepthMax {
            let actor = Actor("service-\(depth)", actingAfter: claims.actor)
            let sources = Array((claims.sources + [TokenSource(of: claims, keyID: exchange.key.keyID)]).suffix(4))
            guard actor.chain.count <= Bounds.actorDepthMax else { break }
            claims = exchange.claims { ($0.actor, $0.sources) = (actor, sources) }
        }
        #expect(try exchange.mint(claims).exposed.utf8.count < Bounds.tokenBytesMax / 3)
    }
}
