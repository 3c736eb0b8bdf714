import Foundation
import IssuerKit
import Storage
import Testing
import Tokens

@Suite("Key ring: several replicas on one database")
struct KeyReplicaTests {
    /// `count` replicas, each with connections of its own to one file, as processes have them.
    private func replicas(_ count: Int, of issuer: ScratchIssuer) async throws -> [KeyRing] {
        var rings: [KeyRing] = []
        for _ in 0..<count { rings.append(try await issuer.replica()) }
        return rings
    }

    private func atOnce(_ rings: [KeyRing], _ body: @escaping @Sendable (KeyRing) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for ring in rings { group.addTask { try await body(ring) } }
            try await group.waitForAll()
        }
    }

    @Test func `replicas that start at once make one first key`() async throws {
        let issuer = try await ScratchIssuer()
        let replica = issuer.replica
        let rings = try await withThrowingTaskGroup(of: KeyRing.self) { group in
            for _ in 0..<6 { group.addTask { try await replica() } }
            return try await group.reduce(into: [KeyRing]()) { $0.append($1) }
        }
        #expect(Set(try rings.map { try $0.signingKey(.es256).keyID }).count == 1)
        #expect(rings.allSatisfy { $0.list().count == 1 })
    }

    @Test(arguments: ["rotate", "maintain", "both"])
    func `whoever comes first makes the successor, and the others find it`(what: String) async throws {
        let issuer = try await ScratchIssuer()
        let rings = try await replicas(6, of: issuer)
        for generation in 1...4 {
            // At the planned end of the active key, less the time of its successor's announcement.
            issuer.clock.advance(bySeconds: 1_750)
            try await atOnce(rings) { ring in
                if what != "rotate" { try await ring.maintain() }
                if what != "maintain" { try await ring.rotate() }
            }
            try await atOnce(rings) { try await $0.maintain() }
            #expect(Set(rings.map { $0.list().map(\.life.keyID) }).count == 1)
            #expect(rings[0].states().filter { $0 == .announced }.count == 1, "generation \(generation)")
            issuer.clock.advance(bySeconds: 250)
            #expect(Set(try rings.map { try $0.signingKey(.es256).keyID }).count == 1)
        }
    }

    @Test func `a key revoked by six at once has one successor`() async throws {
        let issuer = try await ScratchIssuer()
        let rings = try await replicas(6, of: issuer)
        let stolen = try rings[0].signingKey(.es256).keyID
        try await atOnce(rings) { try await $0.revoke(stolen) { _, _ in } }
        try await atOnce(rings) { try await $0.maintain() }
        #expect(Set(try rings.map { try $0.signingKey(.es256).keyID }).count == 1)
        #expect(rings.allSatisfy { $0.published.keys.count == 1 && $0.published[stolen] == nil })
    }

    @Test func `a key made by one is on every page before anybody signs with it`() async throws {
        let issuer = try await ScratchIssuer()
        let (leader, other) = (try await issuer.replica(), try await issuer.replica())
        let announced = try #require(try await leader.rotate().first).announced
        #expect(other.published[announced.keyID] == nil)
        issuer.clock.advance(bySeconds: other.periods.lookSeconds)
        try await other.maintain()
        #expect(other.published[announced.keyID] != nil)
        // Whoever fetched the old page just before has had to ask again, and a clock that is ahead has not begun to sign.
        let asksAgainAt = issuer.clock.now() + other.periods.keySetCacheSeconds
        #expect(asksAgainAt + Bounds.clockSkewSeconds <= announced.moments.activatesAt)
    }

    @Test func `a process of its own is one more replica`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.replica()
        let (folder, keyFile) = (issuer.folder.path, issuer.keyFile)
        async let other = #expect(processExitsWith: .success) {
            [folder = folder as String, keyFile = keyFile as String] in
            let ring = try await ScratchIssuer.replica(
                folder: folder,
                keyFile: keyFile,
                clock: FixedClock(ScratchIssuer.begin)
            )
            for _ in 0..<20 { try await ring.rotate() }
        }
        for _ in 0..<20 { try await ring.rotate() }
        _ = await other
        try await ring.maintain()
        #expect(ring.states() == [.active, .announced])
    }
}
