import Synchronization
import TestKit
import Testing
import Tokens

@Suite("The revocation index")
struct RevocationIndexTests {
    private static let lifetime: Int64 = 600
    private let clock = House.clock()
    private let index: RevocationIndex

    init() { index = RevocationIndex(tokenLifetimeSecondsMax: Self.lifetime, clock: clock) }

    private static func token(
        issuer: String = House.issuer,
        id: String? = "t",
        session: String? = "s",
        subject: String? = "u",
        client: String? = "c",
        key: String = "k",
        issuedAt: NumericDate = House.epoch
    ) -> RevocableToken {
        RevocableToken(
            issuer: issuer,
            tokenID: id,
            sessionID: session,
            subject: subject,
            clientID: client,
            keyID: key,
            issuedAt: issuedAt
        )
    }

    private static let targets: [RevocationTarget] = [
        .token("t"), .session("s"), .subject("u"), .client("c"), .key("k"), .grant(sessionID: "s", clientID: "c"),
    ]

    @Test func `nothing is revoked until it is`() {
        #expect(!index.isRevoked(Self.token()))
        #expect(index.count == 0)
        #expect(!NothingRevoked().isRevoked(Self.token()))
    }

    @Test(arguments: [
        (RevocationTarget.token("t"), token(id: "another")),
        (.token("t"), token(id: nil)),
        (.session("s"), token(session: "another")),
        (.session("s"), token(session: nil)),
        (.subject("u"), token(subject: "another")),
        (.subject("u"), token(subject: nil)),
        (.client("c"), token(client: "another")),
        (.client("c"), token(client: nil)),
        (.key("k"), token(key: "another")),
        (.grant(sessionID: "s", clientID: "c"), token(client: "another")),
        (.grant(sessionID: "s", clientID: "c"), token(session: "another")),
        (.grant(sessionID: "s", clientID: "c"), token(session: nil)),
        (.grant(sessionID: "s", clientID: "c"), token(client: nil)),
    ])
    func `a target reaches its own tokens alone`(target: RevocationTarget, other: RevocableToken) throws {
        try index.revoke(target, issuer: House.issuer, at: House.epoch)
        #expect(index.isRevoked(Self.token()))
        #expect(!index.isRevoked(other))
        #expect(!index.isRevoked(Self.token(issuer: "https://another.example")))
    }

    @Test func `an id is of its kind alone`() throws {
        let same = Self.token(id: "x", session: "x", subject: "x", client: "x", key: "x")
        for target: RevocationTarget in [.token("x"), .session("x"), .subject("x"), .client("x"), .key("x")] {
            let index = RevocationIndex(tokenLifetimeSecondsMax: Self.lifetime, clock: clock)
            try index.revoke(target, issuer: House.issuer, at: House.epoch)
            #expect(index.isRevoked(same))
            let hits = [
                Self.token(id: "x"), Self.token(session: "x"), Self.token(subject: "x"), Self.token(client: "x"),
                Self.token(key: "x"),
            ].filter(index.isRevoked)
            #expect(hits.count == 1)
        }
    }

    @Test func `an id is compared byte by byte, whatever its length`() throws {
        for id in ["", "a", "caf\u{E9}", "12345678", String(repeating: "long ", count: 1_000)] {
            try index.revoke(.token(id), issuer: House.issuer, at: House.epoch)
            #expect(index.isRevoked(Self.token(id: id)))
            #expect(!index.isRevoked(Self.token(id: id + "\0")))
        }
        #expect(!index.isRevoked(Self.token(id: "cafe\u{301}")))
        // What stands together is not the same as what is written in one go.
        #expect(!index.isRevoked(Self.token(issuer: House.issuer + "a", id: "")))
    }

    @Test(arguments: [RevocationTarget.subject("u"), .client("c"), .grant(sessionID: "s", clientID: "c")])
    func `a subject, a client and a grant are revoked up to a moment, its second included`(target: RevocationTarget)
        throws
    {
        try index.revoke(target, issuer: House.issuer, at: House.epoch)
        #expect(index.isRevoked(Self.token(issuedAt: House.epoch - 1)))
        #expect(index.isRevoked(Self.token(issuedAt: House.epoch)))
        #expect(!index.isRevoked(Self.token(issuedAt: House.epoch + 1)))
    }

    @Test(arguments: [RevocationTarget.token("t"), .session("s"), .key("k")])
    func `a token, a session and a key are revoked whenever the token was issued`(target: RevocationTarget) throws {
        try index.revoke(target, issuer: House.issuer, at: House.epoch)
        #expect(index.isRevoked(Self.token(issuedAt: House.epoch - 1)))
        #expect(index.isRevoked(Self.token(issuedAt: House.epoch + 1)))
    }

    @Test(arguments: [RevocationTarget.subject("u"), .client("c"), .grant(sessionID: "s", clientID: "c")])
    func `a token of the second of the revocation would be good one second later`(target: RevocationTarget) throws {
        #expect(index.earliestIssue(for: Self.token()) == House.epoch)
        try index.revoke(target, issuer: House.issuer, at: House.epoch)
        let earliest = try #require(index.earliestIssue(for: Self.token()))
        #expect(earliest == House.epoch + 1)
        #expect(!index.isRevoked(Self.token(issuedAt: earliest)))
        #expect(index.isRevoked(Self.token(issuedAt: earliest - 1)))
        #expect(index.earliestIssue(for: Self.token(issuedAt: House.epoch + 5)) == House.epoch + 5)
        clock.advance(bySeconds: Self.lifetime + 10)
        #expect(index.earliestIssue(for: Self.token()) == House.epoch, "what is forgotten holds nobody up")
    }

    @Test(arguments: [RevocationTarget.token("t"), .session("s"), .key("k")])
    func `no date helps a token that is revoked whole, or whose source is`(target: RevocationTarget) throws {
        try index.revoke(target, issuer: House.issuer, at: House.epoch)
        #expect(index.earliestIssue(for: Self.token()) == nil)
        let exchanged = RevocableToken(
            issuer: "https://exchange.example",
            keyID: "x",
            issuedAt: House.epoch,
            sources: [Self.token()]
        )
        #expect(index.earliestIssue(for: exchanged) == nil)
    }

    @Test func `a later revocation moves the moment forward, an earlier one never back`() throws {
        try index.revoke(.subject("u"), issuer: House.issuer, at: House.epoch)
        try index.revoke(.subject("u"), issuer: House.issuer, at: House.epoch + 30)
        try index.revoke(.subject("u"), issuer: House.issuer, at: House.epoch + 10)
        #expect(index.isRevoked(Self.token(issuedAt: House.epoch + 30)))
        #expect(!index.isRevoked(Self.token(issuedAt: House.epoch + 31)))
        #expect(index.count == 1)
    }

    @Test(arguments: targets)
    func `an entry dies with the last token that it could match`(target: RevocationTarget) throws {
        try index.revoke(target, issuer: House.issuer, at: House.epoch)
        clock.advance(bySeconds: Self.lifetime + Bounds.clockSkewSeconds - 1)
        #expect(index.isRevoked(Self.token()))
        #expect(index.count == 1)
        // One that arrives late still counts for what is left of its time.
        try index.revoke(.token("late"), issuer: House.issuer, at: House.epoch)
        #expect(index.isRevoked(Self.token(id: "late")))
        clock.advance(bySeconds: 1)
        #expect(!index.isRevoked(Self.token()))
        #expect(!index.isRevoked(Self.token(id: "late")))
        try index.revoke(.token("later"), issuer: House.issuer, at: House.epoch)
        #expect(index.count == 0)
    }

    @Test func `no date and no lifetime is too strange`() throws {
        let index = RevocationIndex(tokenLifetimeSecondsMax: .max, clock: clock)
        try index.revoke(.token("t"), issuer: House.issuer, at: NumericDate(.max))
        try index.revoke(.subject("u"), issuer: House.issuer, at: NumericDate(.min))
        #expect(index.isRevoked(Self.token(issuedAt: NumericDate(.max))))
        #expect(!index.isRevoked(Self.token(id: nil, issuedAt: NumericDate(.min))))
    }

    @Test func `when it is full it says so and forgets nothing, and time makes room`() throws {
        let index = RevocationIndex(tokenLifetimeSecondsMax: Self.lifetime, clock: clock, entriesMax: 5)
        for target in Self.targets.dropLast() { try index.revoke(target, issuer: House.issuer, at: House.epoch) }
        clock.advance(bySeconds: 1)
        try index.revoke(.key("k"), issuer: House.issuer, at: clock.now())
        func refuses() {
            #expect(throws: DependencyUnavailable.self) {
                try index.revoke(.session("next"), issuer: House.issuer, at: clock.now())
            }
            #expect(!index.isRevoked(Self.token(id: nil, session: "next", subject: nil, client: nil, key: "another")))
        }
        refuses()
        #expect(index.count == 5)
        // What is there already needs no room.
        #expect(throws: Never.self) { try index.revoke(.key("k"), issuer: House.issuer, at: clock.now()) }
        clock.advance(bySeconds: Self.lifetime + Bounds.clockSkewSeconds - 2)
        refuses()
        clock.advance(bySeconds: 1)
        for id in 0..<4 { try index.revoke(.session("\(id)"), issuer: House.issuer, at: clock.now()) }
        refuses()
        #expect(index.count == 5)
        #expect(index.isRevoked(Self.token()))
    }

    @Test func `of a hundred thousand none is missed, and none of as many others is hit`() throws {
        let count = 100_000
        for id in 0..<count { try index.revoke(.session("s-\(id)"), issuer: House.issuer, at: House.epoch) }
        let missed = (0..<count).count { !index.isRevoked(Self.token(session: "s-\($0)")) }
        let hit = (count..<2 * count).count { index.isRevoked(Self.token(session: "s-\($0)")) }
        #expect(missed == 0 && hit == 0)
        #expect(index.count == count)
    }

    private final class Progress: Sendable { let revoked = Atomic(0) }

    @Test func `what was revoked is revoked for every reader from then on`() async throws {
        let count = 20_000
        let progress = Progress()
        try await withThrowingTaskGroup { [index] group in
            group.addTask {
                for id in 0..<count {
                    try index.revoke(.token("t-\(id)"), issuer: House.issuer, at: House.epoch)
                    progress.revoked.store(id + 1, ordering: .releasing)
                }
            }
            for reader in 0..<3 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(reader))
                    var missed = 0
                    var known = 0
                    while known < count {
                        known = progress.revoked.load(ordering: .acquiring)
                        guard known > 0 else { continue }
                        let id = Int.random(in: 0..<known, using: &random)
                        if !index.isRevoked(Self.token(id: "t-\(id)")) { missed += 1 }
                        if index.isRevoked(Self.token(id: "never-\(id)")) { missed += 1 }
                    }
                    #expect(missed == 0)
                }
            }
            try await group.waitForAll()
        }
        #expect(index.count == count)
    }
}
