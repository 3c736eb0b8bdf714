import IssuerKit
import Storage
import Testing
import Tokens

@Suite("Key ring: announced before they sign, kept after they stop")
struct KeyRingTests {
    @Test func `the first start makes one key of each algorithm, active at once`() async throws {
        let ring = try await ScratchIssuer().ring([.es256, .rs256])
        #expect(ring.states(.es256) == [.active])
        #expect(ring.states(.rs256) == [.active])
        #expect(try ring.signingKey(.rs256).algorithm == .rs256)
    }

    @Test func `an algorithm that the ring does not keep signs nothing`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        #expect(throws: KeyRingFault.algorithmNotInUse("RS256")) { try ring.signingKey(.rs256) }
        await #expect(throws: KeyRingFault.algorithmNotInUse("RS256")) { try await ring.rotate(.rs256) }
        withExtendedLifetime(issuer) {}
    }

    @Test func `a restart finds the same key`() async throws {
        let issuer = try await ScratchIssuer()
        let first = try await issuer.ring().signingKey(.es256).keyID
        try await issuer.reopen()
        let ring = try await issuer.ring()
        #expect(try ring.signingKey(.es256).keyID == first)
        #expect(ring.list().count == 1)
    }

    @Test func `rotation walks a key through all four states, to the second`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let old = try ring.signingKey(.es256).keyID
        let rotation = try #require(try await ring.rotate(.es256).first)
        #expect(rotation.wasAnnouncedBefore == false)
        #expect(rotation.announced.moments.activatesAt == ScratchIssuer.begin + 250)
        #expect(ring.states() == [.active, .announced])
        #expect(ring.published.keys.count == 2)

        issuer.clock.advance(bySeconds: 249)
        #expect(try ring.signingKey(.es256).keyID == old)
        issuer.clock.advance(bySeconds: 1)
        #expect(try ring.signingKey(.es256).keyID == rotation.announced.keyID)
        #expect(ring.states() == [.retired, .active])

        issuer.clock.advance(bySeconds: 739)
        #expect(ring.published[old] != nil)
        issuer.clock.advance(bySeconds: 1)
        #expect(ring.published[old] == nil)
        #expect(ring.states() == [.removed, .active])

        try await ring.maintain()
        #expect(ring.states() == [.active])
        let stored = try await issuer.database.read { try $0.query("SELECT kid FROM signing_keys").count }
        #expect(stored == 1)
    }

    @Test func `a second rotation while one is announced changes nothing and says so`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let first = try await ring.rotate()
        issuer.clock.advance(bySeconds: 100)
        let second = try await ring.rotate()
        #expect(second.map(\.announced) == first.map(\.announced))
        #expect(second.map(\.wasAnnouncedBefore) == [true])
        #expect(ring.list().count == 2)
    }

    @Test func `ten rotations at once announce one key`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { try await ring.rotate() } }
            try await group.waitForAll()
        }
        #expect(ring.states() == [.active, .announced])
        withExtendedLifetime(issuer) {}
    }

    @Test func `the successor is announced in time for the planned end, not earlier`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        issuer.clock.advance(bySeconds: 1_749)
        try await ring.maintain()
        #expect(ring.states() == [.active])
        issuer.clock.advance(bySeconds: 1)
        try await ring.maintain()
        #expect(ring.states() == [.active, .announced])
        #expect(ring.list().last?.life.moments.activatesAt == ScratchIssuer.begin + 2_000)
    }

    @Test func `a key that outlived its planned end while the service was down signs until its successor is known`()
        async throws
    {
        let issuer = try await ScratchIssuer()
        let old = try await issuer.ring().signingKey(.es256).keyID
        issuer.clock.advance(bySeconds: 100_000)
        try await issuer.reopen()
        let ring = try await issuer.ring()
        #expect(try ring.signingKey(.es256).keyID == old)
        #expect(ring.states() == [.active, .announced])
        #expect(ring.list().last?.life.moments.activatesAt == issuer.clock.now() + 250)
    }

    @Test func `a clock set ahead and back leaves no successor waiting for a year`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        issuer.clock.advance(bySeconds: 31_536_000)
        try await ring.maintain()
        issuer.clock.advance(bySeconds: -31_536_000)
        #expect(ring.states() == [.active, .announced])
        try await ring.maintain()
        #expect(ring.list().last?.life.moments.activatesAt == issuer.clock.now() + 250)
    }

    @Test func `an algorithm no longer in use is published until its last token has run out`() async throws {
        let issuer = try await ScratchIssuer()
        let dropped = try await issuer.ring([.es256, .rs256]).signingKey(.rs256).keyID
        let ring = try await issuer.ring([.es256])
        issuer.clock.advance(bySeconds: 2_000 + 739)
        #expect(ring.published[dropped] != nil)
        issuer.clock.advance(bySeconds: 1)
        try await ring.maintain()
        #expect(ring.list().contains { $0.life.keyID == dropped } == false)
    }

    @Test func `the published document is the published set, without private members`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        try await ring.rotate()
        let document = try JSONReader.readObject(ring.publishedDocument)
        let keys = try #require(document["keys"]?.array).compactMap(\.object)
        #expect(keys.map { $0["kid"]?.string } == ring.published.keys.map(\.keyID))
        #expect(keys.allSatisfy { $0["d"] == nil && $0["use"] == "sig" && $0["alg"] == "ES256" })
        withExtendedLifetime(issuer) {}
    }

    @Test func `the ring is a key source for its own issuer and for no other`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let keyID = try ring.signingKey(.es256).keyID
        let keys = ring.keySource(issuer: "https://localhost:8441")
        #expect(keys.knownKey(keyID, issuer: "https://localhost:8441") != nil)
        #expect(keys.knownKey(keyID, issuer: "https://localhost:8440") == nil)
        withExtendedLifetime(issuer) {}
    }

    @Test func `another key-encryption key is a fault that names the file, and changes nothing`() async throws {
        let issuer = try await ScratchIssuer()
        let keyID = try await issuer.ring().signingKey(.es256).keyID
        let other = try ScratchIssuer.writeKey(Credential.random().exposed, in: issuer.folder)
        let source = KeyEncryptionSource.file(SecretFile(path: other))
        await #expect(throws: KeyEncryptionFault.wrongKey(source: source, label: "signing-key/\(keyID)")) {
            try await issuer.ring(sealing: KeyEncryption(source))
        }
        #expect(try await issuer.ring().signingKey(.es256).keyID == keyID)
    }
}
