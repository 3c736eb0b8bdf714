import Audit
import IssuerKit
import TestKit
import Testing
import Tokens

@Suite("What becomes of keys by itself is written down")
struct KeyJournalTests {
    private let audit = TestAudit()

    private var told: [[String: String]] { audit.records.map(\.details) }

    @Test func `a key's whole life leaves one record for each state`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring(audit: audit)
        let first = try ring.signingKey(.es256).keyID
        #expect(told == [["ring": "tokens", "active": first]])
        // Active for 2000 s; its successor is announced 250 s before, and it stays 740 s longer.
        for (seconds, count) in [(1_750, 2), (249, 2), (1, 3), (739, 3), (1, 4)] as [(Int64, Int)] {
            issuer.clock.advance(bySeconds: seconds)
            for _ in 0..<2 { try await ring.maintain() }
            #expect(told.count == count)
        }
        let second = try ring.signingKey(.es256).keyID
        #expect(
            told.dropFirst() == [
                ["ring": "tokens", "announced": second], ["ring": "tokens", "active": second, "retired": first],
                ["ring": "tokens", "removed": first],
            ]
        )
        #expect(audit.records.allSatisfy { $0.event == .keyChange && $0.outcome == .allowed && $0.isDurable })
    }

    @Test func `a start says how things stand, whatever has happened while nobody was there`() async throws {
        let issuer = try await ScratchIssuer()
        let old = try await issuer.ring()
        let first = try old.signingKey(.es256).keyID
        let second = try #require(try await old.rotate().first?.announced.keyID)
        issuer.clock.advance(bySeconds: 300)
        _ = try await issuer.ring(audit: audit)
        #expect(told == [["ring": "tokens", "active": second, "retired": first]])
    }

    @Test func `what an operator has asked for is in the record of that request, and not told again`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring(audit: audit)
        try await ring.rotate()
        try await ring.revoke(ring.signingKey(.es256).keyID) { _, _ in }
        try await ring.maintain()
        #expect(told.count == 1)
    }

    @Test func `a key that cannot be written down is not made, and what could not be told is told later`() async throws
    {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring(audit: audit)
        audit.loseDisk()
        issuer.clock.advance(bySeconds: 1_750)
        await #expect(throws: DependencyUnavailable.self) { try await ring.maintain() }
        #expect(ring.states() == [.active])
        audit.findDisk()
        try await ring.maintain()
        audit.loseDisk()
        issuer.clock.advance(bySeconds: 250)
        for _ in 0..<2 { await #expect(throws: DependencyUnavailable.self) { try await ring.maintain() } }
        audit.findDisk()
        try await ring.maintain()
        let keys = ring.list().map(\.life.keyID)
        #expect(told.last == ["ring": "tokens", "retired": keys[0], "active": keys[1]])
    }
}
