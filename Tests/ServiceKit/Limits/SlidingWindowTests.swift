import ServiceKit
import TestKit
import Testing
import Tokens

@Suite("A window that slides")
struct SlidingWindowTests {
    private let clock = MovableClock(base: FixedClock(NumericDate(1_800_000_000)))

    private func window(_ quota: Int, seconds: Int64 = 60, entriesMax: Int = 1_000) -> SlidingWindow {
        SlidingWindow(
            LimitRule("test", quota: quota, windowSeconds: seconds),
            clock: clock,
            entriesMax: entriesMax
        )
    }

    @Test(arguments: [1, 2, 7, 100]) func `the last of a quota is let in, the next is not`(quota: Int) {
        let window = window(quota)
        for sent in 1...quota {
            let standing = window.count(LimitKey("alice"))
            #expect(standing.isWithin)
            #expect(standing.remaining == quota - sent)
        }
        #expect(!window.count(LimitKey("alice")).isWithin)
        #expect(window.count(LimitKey("bob")).isWithin, "somebody else")
    }

    @Test func `around the border of two windows there is one quota, not two`() {
        let window = window(60)
        clock.advance(bySeconds: 59)
        for _ in 0..<60 { #expect(window.count(LimitKey("burst")).isWithin) }
        clock.advance(bySeconds: 1)
        #expect(!window.count(LimitKey("burst")).isWithin)
        // A second later one sixtieth has faded, and no more.
        clock.advance(bySeconds: 1)
        #expect(window.count(LimitKey("burst")).isWithin)
        #expect(!window.count(LimitKey("burst")).isWithin)
        clock.advance(bySeconds: 30)
        #expect(window.standing(of: LimitKey("burst")).remaining == 30)
    }

    @Test(arguments: [0, 60] as [Int64])
    func `what is given back may be sent again, in the window in which it was counted or the next`(after: Int64) {
        let window = window(2)
        for _ in 0..<2 { _ = window.count(LimitKey("alice")) }
        clock.advance(bySeconds: after)
        #expect(!window.count(LimitKey("alice")).isWithin)
        window.giveBack(LimitKey("alice"))
        #expect(window.count(LimitKey("alice")).isWithin)
        #expect(!window.count(LimitKey("alice")).isWithin)
    }

    @Test func `two windows later nothing is left of it`() {
        let window = window(3)
        for _ in 0..<3 { _ = window.count(LimitKey("alice")) }
        clock.advance(bySeconds: 120)
        #expect(window.standing(of: LimitKey("alice")).remaining == 3)
    }

    @Test func `what is refused is not counted, and to look counts nothing`() {
        let window = window(2)
        for _ in 0..<50 { _ = window.count(LimitKey("stubborn")) }
        for _ in 0..<50 { _ = window.standing(of: LimitKey("shy")) }
        #expect(window.standing(of: LimitKey("shy")).remaining == 2)
        clock.advance(bySeconds: 60 + 30)
        #expect(window.count(LimitKey("stubborn")).isWithin)
    }

    @Test func `who comes back when told is let in, and not a second earlier`() {
        var random = SeededGenerator(seed: 6_585)
        for _ in 0..<300 {
            let window = window(
                Int.random(in: 1...40, using: &random),
                seconds: Int64.random(in: 2...90, using: &random)
            )
            var told: Int64?
            while told == nil {
                let standing = window.count(LimitKey("caller"))
                if !standing.isWithin { told = standing.seconds }
                if standing.isWithin, Int.random(in: 0..<4, using: &random) == 0 { clock.advance(bySeconds: 1) }
            }
            let wait = told ?? 0
            #expect(wait >= 1)
            clock.advance(bySeconds: wait - 1)
            #expect(!window.standing(of: LimitKey("caller")).isWithin)
            clock.advance(bySeconds: 1)
            #expect(window.standing(of: LimitKey("caller")).isWithin)
        }
    }

    @Test func `a full table forgets nobody, and newcomers are counted together`() {
        let window = window(5, entriesMax: 100)
        for _ in 0..<5 { _ = window.count(LimitKey("attacker")) }
        var refused = 0
        for stranger in 0..<20_000 where !window.count(LimitKey("stranger \(stranger)")).isWithin { refused += 1 }
        #expect(!window.count(LimitKey("attacker")).isWithin, "a flood of others washes nobody clean")
        #expect(refused >= 20_000 - 100 - 1_024 * 5)
        // And in the next window too.
        clock.advance(bySeconds: 60)
        #expect(!window.count(LimitKey("attacker")).isWithin)
    }

    @Test func `a clock that is set back opens nothing`() {
        let early = MovableClock(base: FixedClock(NumericDate(1_800_000_000)))
        let window = SlidingWindow(LimitRule("test", quota: 1), clock: early)
        early.advance(bySeconds: 600)
        #expect(window.count(LimitKey("alice")).isWithin)
        early.advance(bySeconds: -600)
        #expect(!window.count(LimitKey("alice")).isWithin)
    }
}
