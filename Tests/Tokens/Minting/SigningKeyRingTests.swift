import TestKit
import Testing
import Tokens

@Suite("A ring of keys in four states")
struct SigningKeyRingTests {
    private let periods: KeyPeriods
    private let begin = House.epoch

    init() throws {
        periods = try KeyPeriods(keySetCacheSeconds: 60, longestTokenLifetimeSeconds: 600, activeSeconds: 1_000)
    }

    private func ring(_ algorithms: [Algorithm] = [.es256]) throws -> SigningKeyRing {
        var ring = SigningKeyRing(algorithms: algorithms, periods: periods)
        try ring.maintain(at: begin)
        return ring
    }

    private func states(_ ring: SigningKeyRing, at now: NumericDate) -> [KeyState] {
        ring.lives.map { $0.state(at: now) }
    }

    @Test func `before it was maintained it has no key, and afterwards one of each algorithm in use`() throws {
        #expect(SigningKeyRing(algorithms: [.es256], periods: periods).signingKey(.es256, at: begin) == nil)
        let ring = try ring([.es256, .ed25519])
        #expect(ring.signingKey(.es256, at: begin)?.algorithm == .es256)
        #expect(ring.signingKey(.ed25519, at: begin)?.algorithm == .ed25519)
        #expect(ring.signingKey(.es384, at: begin) == nil)
        #expect(ring.published(at: begin).keys.count == 2)
    }

    @Test func `a key is announced, active, retired and removed, each to the second`() throws {
        var ring = try ring()
        let first = try #require(ring.signingKey(.es256, at: begin))
        let due = begin + periods.activeSeconds - periods.announceSeconds
        try ring.maintain(at: due - 1)
        #expect(states(ring, at: due - 1) == [.active])
        try ring.maintain(at: due)
        let turn = begin + periods.activeSeconds
        #expect(states(ring, at: turn - 1) == [.active, .announced])
        #expect(ring.signingKey(.es256, at: turn - 1)?.keyID == first.keyID)
        #expect(states(ring, at: turn) == [.retired, .active])
        #expect(ring.signingKey(.es256, at: turn)?.keyID != first.keyID)
        let end = turn + periods.retireSeconds
        #expect(ring.published(at: end - 1)[first.keyID] != nil)
        #expect(ring.published(at: end)[first.keyID] == nil)
        #expect(ring.key(first.keyID) != nil)
        try ring.maintain(at: end)
        #expect(ring.key(first.keyID) == nil)
        #expect(states(ring, at: end) == [.active])
    }

    @Test func `a new key on request is announced before it signs, and only one at a time`() throws {
        var ring = try ring()
        try ring.maintain(at: begin + 10, rotating: [.es256])
        try ring.maintain(at: begin + 11, rotating: [.es256])
        #expect(ring.lives.count == 2)
        #expect(ring.lives.last?.moments.activatesAt == begin + 10 + periods.announceSeconds)
    }

    @Test func `keys that were kept come back in their states`() throws {
        var before = try ring()
        try before.maintain(at: begin + 10, rotating: [.es256])
        let entries = try before.lives.reversed().map { life in
            SigningKeyRing.Entry(
                key: try #require(before.key(life.keyID)),
                announcedAt: life.moments.announcedAt,
                activatesAt: life.moments.activatesAt
            )
        }
        let after = SigningKeyRing(algorithms: [.es256], periods: periods, entries: entries)
        #expect(after.lives == before.lives)
    }

    @Test func `a clock that was set a year ahead and back leaves no gap`() throws {
        var ring = try ring()
        try ring.maintain(at: begin + 31_536_000)
        try ring.maintain(at: begin)
        let latest = begin + periods.announceSeconds
        #expect(ring.lives.allSatisfy { $0.moments.activatesAt <= latest })
        #expect(ring.signingKey(.es256, at: begin) != nil)
    }

    @Test func `a revoked key is gone, and the announced one signs at once; without one, a new one does`() throws {
        var ring = try ring()
        try ring.maintain(at: begin + 10, rotating: [.es256])
        let announced = try #require(ring.lives.last?.keyID)
        for successor in [announced, nil] {
            let stolen = try #require(ring.signingKey(.es256, at: begin + 20)).keyID
            #expect(try ring.revoke(stolen, at: begin + 20))
            #expect(ring.key(stolen) == nil)
            #expect(ring.published(at: begin + 20)[stolen] == nil)
            let signing = try #require(ring.signingKey(.es256, at: begin + 20)).keyID
            #expect(signing != stolen && successor ?? signing == signing)
            #expect(states(ring, at: begin + 20) == [.active])
        }
        #expect(try ring.revoke("unknown", at: begin + 20) == false)
    }

    @Test func `a revoked key that does not sign only goes, and what was removed does not come back in its time`()
        throws
    {
        var ring = try ring()
        let first = try #require(ring.signingKey(.es256, at: begin)).keyID
        try ring.maintain(at: begin, rotating: [.es256])
        let turn = begin + periods.announceSeconds
        let second = try #require(ring.signingKey(.es256, at: turn)).keyID
        try ring.maintain(at: turn, rotating: [.es256])
        let announced = try #require(ring.lives.last?.keyID)
        #expect(try ring.revoke(announced, at: turn))
        #expect(states(ring, at: turn) == [.retired, .active])
        let removal = turn + periods.retireSeconds
        #expect(states(ring, at: removal) == [.removed, .active])
        #expect(try ring.revoke(second, at: removal))
        #expect(ring.key(first) == nil)
        #expect(states(ring, at: removal) == [.active])
    }

    @Test func `tokens of every moment verify with the page of that moment`() async throws {
        var ring = try ring()
        for step: Int64 in stride(from: 0, to: 5_000, by: 50) {
            let now = begin + step
            try ring.maintain(at: now)
            let signing = try #require(ring.signingKey(.es256, at: now))
            let issuer = try TestIssuer()
            let token = try TokenMinter { _ in signing }.mint(issuer.claims { $0.issuedAt = now })
            let validator = issuer.validator(
                clock: FixedClock(now + 599),
                keys: FixedKeys(ring.published(at: now + 599), issuer: issuer.issuer)
            )
            await #expect(throws: Never.self) { try await validator.verify(token) }
        }
    }
}
