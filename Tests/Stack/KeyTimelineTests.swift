import Testing
import Tokens

@testable import Stack

@Suite("gatehouse keys list")
struct KeyTimelineTests {
    private static let now = NumericDate(1_800_000_000)
    private let timeline = KeyTimeline(now: now)

    private static func key(
        _ state: KeyState,
        announced: Int64,
        activates: Int64,
        retired: Int64? = nil,
        revoked: Int64? = nil,
        removed: Int64? = nil
    ) -> KeyTimeline.Key {
        KeyTimeline.Key(
            keyID: "qPzK1v_0Jx8AtGm3",
            ring: "tokens",
            algorithm: "ES256",
            state: state,
            announcedAt: now + announced,
            activatesAt: now + activates,
            retiredAt: retired.map { now + $0 },
            revokedAt: revoked.map { now + $0 },
            removedAt: removed.map { now + $0 }
        )
    }

    @Test func `each key is one line: what it is, what comes next, and its life around now`() {
        let keys = [
            Self.key(.retired, announced: -2_600_000, activates: -2_599_750, retired: -300, removed: 440),
            Self.key(.active, announced: -600, activates: -300, retired: 250, removed: 990),
            Self.key(.announced, announced: -20, activates: 250),
            Self.key(.revoked, announced: -90_000, activates: -80_000, revoked: -30, removed: 710),
        ]
        #expect(
            timeline.lines(keys) == [
                "  KID           ALG        STATE      NEXT              -30d -1d  -1h  -1m  now  +1m  +1h  +1d  +30d",
                "  qPzK1v_0Jx8A  ES256      retired    gone in 7m        ██████████████▒▒▒▒▒▒│▒▒▒▒▒▒▒",
                "  qPzK1v_0Jx8A  ES256      active     stops in 4m                    ░██████│██████▒▒",
                "  qPzK1v_0Jx8A  ES256      announced  signs in 4m                          ░│░░░░░░████████████████",
                "  qPzK1v_0Jx8A  ES256      revoked    gone in 11m            ░████████████××│××××××××",
            ]
        )
    }

    @Test(arguments: KeyState.allCases)
    func `no line is longer than 100 columns`(state: KeyState) {
        let year: Int64 = 31_536_000
        let long = KeyTimeline.Key(
            keyID: String(repeating: "k", count: 43),
            ring: "tokens",
            algorithm: "ML-DSA-65",
            state: state,
            announcedAt: Self.now + -9 * year,
            activatesAt: Self.now + 9 * year,
            retiredAt: Self.now + 10 * year,
            removedAt: Self.now + 11 * year
        )
        #expect(timeline.lines([long]).allSatisfy { $0.count <= 100 })
        #expect(timeline.lines([]).count == 1)
    }

    @Test(
        arguments: [(0, "0s"), (119, "119s"), (120, "2m"), (7_199, "119m"), (7_200, "2h"), (172_800, "2d"), (-5, "0s")]
            as [(Int64, String)]
    )
    func `what comes next is told in the largest unit of which there are two`(seconds: Int64, text: String) {
        let lines = timeline.lines([Self.key(.announced, announced: -10, activates: seconds)])
        #expect(lines[1].contains("signs in \(text) "))
    }

    @Test func `a key is read as the operations endpoint shows it, and nothing else is a key`() throws {
        var shown: JSONObject = [
            "kid": "k", "ring": "events", "alg": "ES256", "state": "revoked", "announcedAt": 1, "activatesAt": 2,
            "retiredAt": .null, "revokedAt": 3, "removedAt": 4,
        ]
        let key = try #require(KeyTimeline.Key(reading: shown))
        #expect(key.ring == "events" && key.state == .revoked && key.retiredAt == nil)
        #expect(key.revokedAt == NumericDate(3))
        shown["state"] = "lost"
        #expect(KeyTimeline.Key(reading: shown) == nil)
    }
}
