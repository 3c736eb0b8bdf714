import HTTPTypes
import TestKit
import Testing
import Tokens

@testable import ServiceKit

@Suite("Exchange and revocation")
struct RevokedSubjectTests {
    @Test func `the new token says what it was made of, hop after hop`() async throws {
        let house = try await ExchangeHouse()
        let subject = try house.token {
            $0.scope = ["orders:read"]
            $0.tokenID = "alices"
        }
        let first = try await house.exchange(subject)
        let claims = try await house.verify(first.token)
        #expect(claims.sources.map(\.tokenID) == ["alices"])
        #expect(claims.sources.first?.issuer == House.issuer)
        #expect(claims.sources.first?.clientID == "gatehouse-demo")
        #expect(claims.sources.first?.keyID == house.provider.key.keyID)
        let second = try await house.exchange(first.token, by: "users-api", to: House.orders)
        let sources = try await house.verify(second.token, at: House.orders).sources
        #expect(sources.map(\.tokenID) == ["alices", claims.tokenID])
        #expect(sources.map(\.issuer) == [House.issuer, ExchangeHouse.issuer])
    }

    @Test(
        arguments: [
            (.token("alices"), .tokenRevoked), (.session("session-1"), .sessionRevoked),
            (.subject("user-alice"), .credentialChange), (.client("gatehouse-demo"), .clientRevoked),
            (.grant(sessionID: "session-1", clientID: "gatehouse-demo"), .sessionRevoked),
        ] as [(RevocationTarget, RevocationEvent.Cause)]
    )
    func `nothing is made of a revoked token, nor of what was made of it before`(
        target: RevocationTarget,
        cause: RevocationEvent.Cause
    ) async throws {
        let house = try await ExchangeHouse()
        let subject = try house.token {
            $0.scope = ["orders:read"]
            $0.tokenID = "alices"
        }
        let first = try await house.exchange(subject)
        #expect(try await house.exchange(first.token, by: "users-api", to: House.orders).status == 200)
        try house.providerFeed.revoke(target, cause, at: house.clock.now())
        try await house.service.clockMoved()
        #expect(try await house.exchange(subject).reason == .tokenRevoked)
        #expect(try await house.exchange(first.token, by: "users-api", to: House.orders).reason == .tokenRevoked)
        let bobs = try house.token {
            $0.subject = "user-bob"
            $0.tokenID = "bobs"
            $0.sessionID = "session-2"
            $0.clientID = "another"
        }
        #expect(try await house.exchange(bobs).status == 200)
    }

    @Test func `a service that is revoked exchanges nothing, and what it has exchanged goes no further`() async throws {
        let house = try await ExchangeHouse()
        let first = try await house.exchange(try house.token { $0.scope = ["orders:read"] })
        try house.providerFeed.revoke(.client("orders-api"), .clientRevoked, at: house.clock.now())
        try await house.service.clockMoved()
        #expect(try await house.exchange(try house.token()).reason == .tokenRevoked)
        #expect(try await house.exchange(first.token, by: "users-api", to: House.orders).reason == .tokenRevoked)
    }

    @Test func `nothing is minted while the provider is not heard, and nobody is refused for it`() async throws {
        let house = try await ExchangeHouse()
        house.loseProvider()
        house.clock.advance(bySeconds: 60)
        #expect(try await house.exchange(try house.token()).status == 200)
        house.clock.advance(bySeconds: 1)
        let answer = try await house.exchange(try house.token())
        #expect(answer.status == 503)
        #expect(answer.headers[.retryAfter] != nil)
        // What is wrong stays wrong.
        let expired = try house.serviceToken(of: "orders-api") { $0.lifetimeSeconds = -30 }
        let refused = try await house.exchange(try house.token(), changes: ["actor_token": expired.exposed])
        #expect(refused.reason == .tokenExpired)
    }
}
