import IssuerKit
import TestKit
import Testing
import Tokens

/// Random lives of a ring: rotations, revocations, waits short and long, restarts, one clock set back. After every step the whole
/// promise is asked again.
@Suite("Key ring, whatever happens")
struct KeyRingPropertyTests {
    @Test(arguments: 1...12)
    func `every token verifies where it may be shown, for as long as it lives`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let algorithms: [Algorithm] = seed == 1 ? [.es256, .rs256] : [.es256]
        let issuer = try await ScratchIssuer()
        var ring = try await issuer.ring(algorithms)
        var history = History(clock: issuer.clock)
        var clockMayGoBack = true
        for _ in 0..<40 {
            try await history.check(ring, algorithms)
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: try await ring.rotate()
            case 2:
                try await issuer.reopen()
                ring = try await issuer.ring(algorithms)
            case 3: issuer.clock.advance(bySeconds: .random(in: 1_000...10_000, using: &random))
            case 4 where clockMayGoBack:
                issuer.clock.advance(bySeconds: -Bounds.clockSkewSeconds)
                clockMayGoBack = false
            case 4:
                let key = try #require(ring.list().randomElement(using: &random))
                try await history.revoke(key, ring)
            case 5, 6: issuer.clock.advance(bySeconds: .random(in: 60...700, using: &random))
            case 7, 8: try await ring.maintain()
            default: issuer.clock.advance(bySeconds: .random(in: 1...60, using: &random))
            }
        }
        #expect(history.mintedKeyCount > 1, "a run without rotation shows nothing")
    }

    @Test(arguments: 1...8)
    func `two replicas agree, somebody signs and no revoked key comes back, wherever the clock jumps`(seed: UInt64)
        async throws
    {
        var random = SeededGenerator(seed: seed)
        let issuer = try await ScratchIssuer()
        var rings = [try await issuer.replica(), try await issuer.replica()]
        var revoked: Set<String> = []
        for _ in 0..<40 {
            let one = Int.random(in: 0...1, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: try await rings[one].rotate()
            case 2, 3:
                let key = try #require(rings[one].list().randomElement(using: &random)).life
                let isThere = (try? await rings[one].revoke(key.keyID) { _, _ in }) != nil
                #expect(isThere || key.state(at: issuer.clock.now()) == .removed)
                if isThere { revoked.insert(key.keyID) }
            case 4: rings[one] = try await issuer.replica()
            case 5: issuer.clock.advance(bySeconds: .random(in: -100_000...100_000, using: &random))
            default: issuer.clock.advance(bySeconds: .random(in: -20...400, using: &random))
            }
            for ring in rings {
                #expect(ring.states().filter { $0 == .active }.count == 1, "before it looks")
                try await ring.maintain()
            }
            // Once more: the second may have done what was due.
            try await rings[0].maintain()
            #expect(rings[0].list() == rings[1].list())
            for ring in rings {
                let keys = ring.list()
                #expect(keys.filter { $0.state == .active }.map(\.life.keyID) == [try ring.signingKey(.es256).keyID])
                #expect(ring.published.keys.map(\.keyID) == keys.filter(\.state.isPublished).map(\.life.keyID))
                #expect(revoked.isDisjoint(with: ring.published.keys.map(\.keyID)))
            }
        }
        #expect(!revoked.isEmpty)
    }
}

/// What was minted and what was published, with the moments.
private struct History {
    private static let name = "https://localhost:8440"

    let clock: MovableClock
    private var published: [(at: NumericDate, keys: KeySet)] = []
    private var minted: [(expiresAt: NumericDate, keyID: String)] = []

    init(clock: MovableClock) { self.clock = clock }

    var mintedKeyCount: Int { Set(minted.map(\.keyID)).count }

    /// What it signed is dead; and where it was the one that signs, its successor need not be on any page that is out.
    mutating func revoke(_ key: KeyStatus, _ ring: KeyRing) async throws {
        do { try await ring.revoke(key.life.keyID) { _, _ in } } catch KeyRingFault.keyUnknown {
            #expect(key.state == .removed)
            return
        }
        minted.removeAll { $0.keyID == key.life.keyID }
        if key.state == .active { published = [] }
    }

    mutating func check(_ ring: KeyRing, _ algorithms: [Algorithm]) async throws {
        let now = clock.now()
        published.append((now, ring.published))
        for algorithm in algorithms {
            let active = ring.list().filter { $0.life.algorithm == algorithm && $0.state == .active }
            #expect(active.map(\.life.keyID) == [try ring.signingKey(algorithm).keyID])

            let lifetime = ring.periods.longestTokenLifetimeSeconds
            let token = try mint(ring, algorithm, lifetimeSeconds: lifetime)
            minted.append((now + lifetime, try ring.signingKey(algorithm).keyID))
            for set in published where set.at >= now - ring.periods.keySetCacheSeconds {
                _ = try await validator(set.keys, algorithms).verify(token)
            }
        }
        for token in minted where now < token.expiresAt + Bounds.clockSkewSeconds {
            #expect(ring.published[token.keyID] != nil, "an unexpired token's key is gone")
        }
    }

    private func mint(_ ring: KeyRing, _ algorithm: Algorithm, lifetimeSeconds: Int64) throws -> Credential {
        let now = clock.now()
        let claims = AccessTokenClaims(
            issuer: Self.name,
            subject: "alice",
            audience: "https://orders.gatehouse.local",
            clientID: "gatehouse-demo",
            issuedAt: now,
            expiresAt: now + lifetimeSeconds,
            tokenID: "1",
            scope: ["orders:read"]
        )
        return try TokenMinter(signingKey: ring.signingKey).mint(claims, algorithm: algorithm)
    }

    private func validator(_ keys: KeySet, _ algorithms: [Algorithm]) -> TokenValidator<AccessTokenClaims> {
        TokenValidator(
            issuers: [Self.name],
            audience: "https://orders.gatehouse.local",
            algorithms: algorithms,
            keys: FixedKeys(keys, issuer: Self.name),
            clock: clock,
            revocations: NothingRevoked()
        )
    }
}
