import IssuerKit
import TestKit
import Testing
import Tokens

/// Random lives of a ring: rotations, waits short and long, restarts, one clock set back. After every step the whole promise is
/// asked again.
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
            case 5, 6: issuer.clock.advance(bySeconds: .random(in: 60...700, using: &random))
            case 7, 8: try await ring.maintain()
            default: issuer.clock.advance(bySeconds: .random(in: 1...60, using: &random))
            }
        }
        #expect(history.mintedKeyCount > 1, "a run without rotation shows nothing")
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
