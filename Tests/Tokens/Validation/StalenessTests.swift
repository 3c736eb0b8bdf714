import TestKit
import Testing
import Tokens

@Suite("A validator that hears nothing of revocations")
struct StalenessTests {
    private let clock = House.clock()
    private let index: RevocationIndex
    private let issuer: TestIssuer

    init() throws {
        index = RevocationIndex(tokenLifetimeSecondsMax: 3_600, clock: clock, staleAfterSeconds: 60)
        issuer = try TestIssuer()
    }

    private func verify(_ token: Credential, _ rule: StalenessRule = .failClosed) async throws {
        _ = try await issuer.validator(clock: clock, revocations: index)
            .verify(token, from: .unproven, staleness: rule)
    }

    private func token() throws -> Credential { try issuer.mint { $0.lifetimeSeconds = 3_600 } }

    @Test func `before the first news nobody is let in, whatever the route trusts`() async throws {
        for rule in [StalenessRule.failClosed, .trust(secondsMax: 600)] {
            await #expect(throws: DependencyUnavailable.self) { try await verify(token(), rule) }
        }
        index.confirm(issuer: issuer.issuer, at: clock.now())
        for rule in [StalenessRule.failClosed, .trust(secondsMax: 600)] {
            await #expect(throws: Never.self) { try await verify(token(), rule) }
        }
    }

    @Test(arguments: [
        (StalenessRule.failClosed, 60 as Int64), (.trust(secondsMax: 600), 600),
        // A route cannot be stricter than the feed itself.
        (.trust(secondsMax: 5), 60),
    ])
    func `each route goes on for as long as its rule says`(rule: StalenessRule, secondsMax: Int64) async throws {
        index.confirm(issuer: issuer.issuer, at: clock.now())
        clock.advance(bySeconds: secondsMax)
        await #expect(throws: Never.self) { try await verify(token(), rule) }
        clock.advance(bySeconds: 1)
        await #expect(throws: DependencyUnavailable.self) { try await verify(token(), rule) }
        index.confirm(issuer: issuer.issuer, at: clock.now())
        await #expect(throws: Never.self) { try await verify(token(), rule) }
    }

    @Test func `what is wrong with a token is said however old the news`() async throws {
        try index.revoke(.token("token-1"), issuer: issuer.issuer, at: clock.now())
        await #expect(throws: Refusal.tokenRevoked) { try await verify(token()) }
        let expired = try issuer.mint { $0.issuedAt = House.epoch - 4_000 }
        await #expect(throws: Refusal.tokenExpired) { try await verify(expired) }
    }

    @Test func `news of one issuer are none of another's, sources included`() async throws {
        let exchange = try TestIssuer("https://localhost:8441")
        let source = TokenSource(of: issuer.claims(), keyID: issuer.key.keyID)
        let exchanged = try exchange.mint { $0.sources = [source] }
        let validator = exchange.validator(clock: clock, revocations: index)
        index.confirm(issuer: exchange.issuer, at: clock.now())
        await #expect(throws: DependencyUnavailable.self) { try await validator.verify(exchanged) }
        index.confirm(issuer: issuer.issuer, at: clock.now())
        await #expect(throws: Never.self) { try await validator.verify(exchanged) }
    }

    @Test func `the age is counted from the latest news, and never backwards`() {
        #expect(index.ageSeconds(of: issuer.issuer) == nil)
        index.confirm(issuer: issuer.issuer, at: clock.now())
        index.confirm(issuer: issuer.issuer, at: clock.now() - 30)
        #expect(index.ageSeconds(of: issuer.issuer) == 0)
        clock.advance(bySeconds: 7)
        #expect(index.ageSeconds(of: issuer.issuer) == 7)
        index.confirm(issuer: issuer.issuer, at: clock.now() + 500)
        #expect(index.ageSeconds(of: issuer.issuer) == nil, "nobody can say")
        // Whose clock was ahead and has gone back counts from there: a silence of 500 s is one.
        index.confirm(issuer: issuer.issuer, at: clock.now())
        clock.advance(bySeconds: 61)
        #expect(index.ageSeconds(of: issuer.issuer) == 61)
    }
}
