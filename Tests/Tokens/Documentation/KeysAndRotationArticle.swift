import TestKit
import Testing
import Tokens

@Suite("Article: keys, and how they change")
struct KeysAndRotationArticle {
    @Test func `a ring of keys is used as shown`() throws {
        let clock = House.clock()
        // Shown in KeysAndRotation.md
        let periods = try KeyPeriods(
            keySetCacheSeconds: 120,
            longestTokenLifetimeSeconds: 600,
            activeSeconds: 30 * 86_400
        )
        var ring = SigningKeyRing(algorithms: [.es256, .rs256], periods: periods)
        try ring.maintain(at: clock.now())

        let page = JSONWriter.bytes(ring.published(at: clock.now()).document)
        let keys = try FixedKeys(KeySet(reading: page), issuer: "https://id.example.com")

        try ring.maintain(at: clock.now(), rotating: [.es256])  // Somebody asks for a new key before its time.
        let states = ring.lives.map { $0.state(at: clock.now()) }
        // Shown until here
        #expect(states == [.active, .announced, .active])
        let keyID = try #require(ring.signingKey(.es256, at: clock.now())?.keyID)
        #expect(keys.knownKey(keyID, issuer: "https://id.example.com")?.algorithm == .es256)
        #expect(periods.announceSeconds == 2 * 120 + 10)
        #expect(periods.retireSeconds == 600 + 120 + 2 * 10)
    }

    @Test func `a stolen key is revoked as shown`() throws {
        let clock = House.clock()
        let periods = try KeyPeriods(keySetCacheSeconds: 120, longestTokenLifetimeSeconds: 600, activeSeconds: 86_400)
        var ring = SigningKeyRing(algorithms: [.es256], periods: periods)
        try ring.maintain(at: clock.now())
        let stolenKeyID = try #require(ring.signingKey(.es256, at: clock.now())).keyID
        // Shown in KeysAndRotation.md
        try ring.revoke(stolenKeyID, at: clock.now())
        // Shown until here
        #expect(ring.published(at: clock.now())[stolenKeyID] == nil)
    }

    @Test func `the ring's own comment can be typed in`() throws {
        let clock = House.clock()
        let periods = try KeyPeriods(keySetCacheSeconds: 120, longestTokenLifetimeSeconds: 600, activeSeconds: 86_400)
        // Shown in SigningKeyRing.swift
        var ring = SigningKeyRing(algorithms: [.es256], periods: periods)
        try ring.maintain(at: clock.now())  // Now and then, from a timer.
        let key = ring.signingKey(.es256, at: clock.now())  // For `TokenMinter`.
        let page = ring.published(at: clock.now()).document  // What verifiers fetch.
        // Shown until here
        #expect(try KeySet(reading: JSONWriter.bytes(page)).keys.map(\.keyID) == [key?.keyID])
    }
}
