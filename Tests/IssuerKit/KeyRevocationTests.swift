import IssuerKit
import Storage
import Testing
import Tokens

@Suite("Key ring: a stolen key goes at once")
struct KeyRevocationTests {
    private struct Failure: Error {}

    @Test func `the key that signs is off the page, and a new one signs in its place`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let stolen = try ring.signingKey(.es256).keyID
        let revocation = try await ring.revoke(stolen) { _, _ in }
        #expect(ring.published[stolen] == nil)
        #expect(ring.published.keys.count == 1)
        #expect(revocation.active?.keyID == (try ring.signingKey(.es256).keyID))
        #expect(revocation.revoked.keyID == stolen)
        #expect(revocation.revoked.moments.revokedAt == ScratchIssuer.begin)
        #expect(revocation.wasRevokedBefore == false)
    }

    @Test func `an announced key takes over before its time, and for as long as any other`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let announced = try #require(try await ring.rotate().first).announced.keyID
        issuer.clock.advance(bySeconds: 100)
        let revocation = try await ring.revoke(try ring.signingKey(.es256).keyID) { _, _ in }
        #expect(revocation.active?.keyID == announced)
        #expect(revocation.active?.moments.activatesAt == ScratchIssuer.begin + 100)
        #expect(try ring.signingKey(.es256).keyID == announced)
        issuer.clock.advance(bySeconds: 1_749)
        try await ring.maintain()
        #expect(ring.states() == [.active])
    }

    @Test func `a retired key and an announced one only go; who signs goes on`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let retired = try ring.signingKey(.es256).keyID
        try await ring.rotate()
        issuer.clock.advance(bySeconds: 250)
        let active = try ring.signingKey(.es256).keyID
        let announced = try #require(try await ring.rotate().first).announced.keyID
        for keyID in [retired, announced] {
            #expect(try await ring.revoke(keyID, recording: { _, _ in }).active?.keyID == active)
        }
        #expect(ring.states() == [.revoked, .active, .revoked])
        #expect(ring.published.keys.map(\.keyID) == [active])
        issuer.clock.advance(bySeconds: 100_000)
        #expect(try ring.signingKey(.es256).keyID == active)
    }

    @Test func `the key stays listed until nothing that it signed could live`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let stolen = try ring.signingKey(.es256).keyID
        try await ring.revoke(stolen) { _, _ in }
        issuer.clock.advance(bySeconds: 739)
        try await ring.maintain()
        #expect(ring.list().contains { $0.life.keyID == stolen && $0.state == .revoked })
        issuer.clock.advance(bySeconds: 1)
        try await ring.maintain()
        #expect(ring.states() == [.active])
        await #expect(throws: KeyRingFault.keyUnknown) { try await ring.revoke(stolen) { _, _ in } }
    }

    @Test func `no clock and no restart brings it back`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        try await ring.rotate()
        issuer.clock.advance(bySeconds: 300)
        let stolen = try ring.signingKey(.es256).keyID
        try await ring.revoke(stolen) { _, _ in }
        for seconds: Int64 in [-10, -290, -100_000, 100_300, 200] {
            issuer.clock.advance(bySeconds: seconds)
            #expect(ring.published[stolen] == nil)
            #expect(try ring.signingKey(.es256).keyID != stolen)
            #expect(ring.states().filter { $0 == .active } == [.active])
        }
        try await issuer.reopen()
        #expect(try await issuer.ring().published[stolen] == nil)
    }

    @Test func `nothing of its private half is left`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let stolen = try ring.signingKey(.es256).keyID
        try await ring.revoke(stolen) { _, _ in }
        let sealed = try await issuer.database.read {
            try $0.query("SELECT sealed_private_key FROM signing_keys WHERE kid = $1", [stolen]).first?
                .blob("sealed_private_key")
        }
        #expect(sealed == [])
    }

    @Test func `it is recorded once, however often it is revoked`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let stolen = try ring.signingKey(.es256).keyID
        try await issuer.database.transaction { try $0.run("CREATE TABLE told (kid TEXT NOT NULL)") }
        let outcomes = try await withThrowingTaskGroup(of: KeyRevocation.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    try await ring.revoke(stolen) { try $1.run("INSERT INTO told VALUES ($1)", [$0]) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { !$0.wasRevokedBefore }.count == 1)
        #expect(Set(outcomes.compactMap(\.active?.keyID)) == [try ring.signingKey(.es256).keyID])
        #expect(try await issuer.database.read { try $0.query("SELECT kid FROM told").count } == 1)
        #expect(ring.list().count == 2)
    }

    @Test func `what cannot be recorded has not happened`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let before = ring.list()
        await #expect(throws: Failure.self) {
            try await ring.revoke(before[0].life.keyID) { _, _ in throw Failure() }
        }
        #expect(ring.list() == before)
        try await issuer.reopen()
        #expect(try await issuer.ring().list() == before)
    }

    @Test func `whoever is told finds the new page`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let stolen = try ring.signingKey(.es256).keyID
        try await ring.revoke(stolen) { keyID, connection in
            connection.afterCommit { #expect(ring.published[keyID] == nil) }
        }
    }

    @Test func `a key of an algorithm that is no longer in use goes without a successor`() async throws {
        let issuer = try await ScratchIssuer()
        let dropped = try await issuer.ring([.es256, .rs256]).signingKey(.rs256).keyID
        let ring = try await issuer.ring([.es256])
        #expect(try await ring.revoke(dropped, recording: { _, _ in }).active == nil)
        #expect(ring.list().count == 2)
        #expect(ring.published[dropped] == nil)
    }
}
