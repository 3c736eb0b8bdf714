import TestKit
import Testing
import Tokens

/// What the index means, in a dictionary: every entry kept for ever, every question answered by looking at dates.
private struct NaiveIndex {
    struct Key: Hashable {
        let issuer: String
        let target: RevocationTarget
    }

    let lifetime: Int64
    let entriesMax: Int
    var moments: [Key: NumericDate] = [:]

    func isAlive(_ moment: NumericDate, _ now: NumericDate) -> Bool {
        now < moment + lifetime + Bounds.clockSkewSeconds
    }
    func count(_ now: NumericDate) -> Int { moments.values.count { isAlive($0, now) } }

    /// False where there is no room.
    mutating func revoke(_ key: Key, at moment: NumericDate, now: NumericDate) -> Bool {
        guard isAlive(moment, now) else { return true }
        let known = moments[key] ?? NumericDate(.min)
        guard isAlive(known, now) || count(now) < entriesMax else { return false }
        moments[key] = max(known, moment)
        return true
    }

    func isRevoked(_ token: RevocableToken, _ now: NumericDate) -> Bool {
        func moment(_ target: RevocationTarget?) -> NumericDate? {
            target.flatMap { moments[Key(issuer: token.issuer, target: $0)] }.flatMap { isAlive($0, now) ? $0 : nil }
        }
        let whole: [RevocationTarget?] = [
            token.tokenID.map { .token($0) }, token.sessionID.map { .session($0) }, .key(token.keyID),
        ]
        let upTo: [RevocationTarget?] = [token.subject.map { .subject($0) }, token.clientID.map { .client($0) }]
        return whole.contains { moment($0) != nil }
            || upTo.contains { moment($0).map { token.issuedAt <= $0 } ?? false }
    }
}

@Suite("The revocation index against its meaning")
struct RevocationIndexModelTests {
    @Test(arguments: [(seed: UInt64(1), entriesMax: 1_000), (2, 30), (3, 100)])
    func `it answers as the dictionary does`(seed: UInt64, entriesMax: Int) throws {
        var random = SeededGenerator(seed: seed)
        let clock = House.clock()
        let index = RevocationIndex(tokenLifetimeSecondsMax: 50, clock: clock, entriesMax: entriesMax)
        var model = NaiveIndex(lifetime: 50, entriesMax: entriesMax)
        var refused = 0
        var revoked = 0
        for _ in 0..<6_000 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: clock.advance(bySeconds: Int64.random(in: 1...4, using: &random))
            case 1..<9:
                let key = NaiveIndex.Key(issuer: random.pick(["a", "b"]), target: Self.target(&random))
                let moment = clock.now() + Int64.random(in: -70...3, using: &random)
                let taken = (try? index.revoke(key.target, issuer: key.issuer, at: moment)) != nil
                #expect(taken == model.revoke(key, at: moment, now: clock.now()))
                if !taken { refused += 1 }
            default:
                let token = Self.token(clock.now(), &random)
                #expect(index.isRevoked(token) == model.isRevoked(token, clock.now()))
                if index.isRevoked(token) { revoked += 1 }
            }
        }
        #expect(index.count == model.count(clock.now()))
        // Otherwise it was asked nothing.
        #expect((300..<5_000).contains(revoked))
        #expect((refused > 0) == (entriesMax < 1_000))
    }

    private static func id(_ random: inout SeededGenerator) -> String { "\(Int.random(in: 0..<40, using: &random))" }

    private static func target(_ random: inout SeededGenerator) -> RevocationTarget {
        let id = id(&random)
        return random.pick([.token(id), .session(id), .subject(id), .client(id), .key(id)])
    }

    private static func token(_ now: NumericDate, _ random: inout SeededGenerator) -> RevocableToken {
        RevocableToken(
            issuer: random.pick(["a", "b"]),
            tokenID: random.perhaps(id(&random)),
            sessionID: random.perhaps(id(&random)),
            subject: random.perhaps(id(&random)),
            clientID: random.perhaps(id(&random)),
            keyID: random.pick([id(&random), "never"]),
            issuedAt: now - Int64.random(in: 0...50, using: &random)
        )
    }
}
