import ServiceKit
import Testing
import Tokens

@Suite("A delay that grows")
struct GrowingDelayTests {
    private let clock = MovableClock(base: FixedClock(NumericDate(1_800_000_000)))
    private let key = LimitKey("alice", "somewhere")

    private func delay() -> GrowingDelay { GrowingDelay("test", freeTries: 3, secondsMax: 900, clock: clock) }

    @Test func `three tries are free; then the wait doubles from a second to a quarter of an hour`() {
        let delay = delay()
        for _ in 0..<3 { #expect(delay.begin(key) == nil) }
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] as [Int64] {
            #expect(delay.begin(key) == wait)
            clock.advance(bySeconds: wait - 1)
            #expect(delay.begin(key) == 1)
            clock.advance(bySeconds: 1)
            #expect(delay.begin(key) == nil)
        }
        #expect(delay.begin(LimitKey("alice", "elsewhere")) == nil)
    }

    @Test func `a success clears it, and a try that could not be made is none`() {
        let delay = delay()
        for _ in 0..<3 { _ = delay.begin(key) }
        delay.withdraw(key)
        #expect(delay.begin(key) == nil)
        #expect(delay.begin(key) == 1)
        delay.succeed(key)
        for _ in 0..<3 { #expect(delay.begin(key) == nil) }
        #expect(delay.begin(key) == 1)
    }

    @Test func `nobody gets rid of a wait by tries that cannot be made`() {
        let delay = delay()
        for _ in 0..<3 { _ = delay.begin(key) }
        clock.advance(bySeconds: 1)
        #expect(delay.begin(key) == nil)
        delay.withdraw(key)
        #expect(delay.begin(key) == 1)
    }

    @Test func `of a thousand at the same moment three go on`() async {
        let (delay, key) = (delay(), key)
        let through = await withTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<1_000 { tasks.addTask { delay.begin(key) == nil } }
            return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(through == 3)
    }

    @Test func `a table that somebody has filled keeps nobody else out, and those in it wait as before`() {
        let delay = GrowingDelay("test", freeTries: 1, secondsMax: 900, clock: clock, entriesMax: 100)
        for guessed in 0..<100 { #expect(delay.begin(LimitKey(guessed)) == nil) }
        for _ in 0..<10 { #expect(delay.begin(key) == nil) }
        #expect(delay.begin(LimitKey(7)) == 1)
        // Whoever has a place makes room for the next.
        delay.succeed(LimitKey(7))
        #expect(delay.begin(key) == nil)
        #expect(delay.begin(key) == 1)
    }

    @Test func `tries that could not be made take no place`() {
        let delay = GrowingDelay("test", freeTries: 1, secondsMax: 900, clock: clock, entriesMax: 1)
        _ = delay.begin(LimitKey("somebody"))
        delay.withdraw(LimitKey("somebody"))
        #expect(delay.begin(key) == nil)
        #expect(delay.begin(key) == 1)
    }

    @Test func `an hour of quiet forgets it`() {
        let delay = delay()
        for _ in 0..<3 { _ = delay.begin(key) }
        clock.advance(bySeconds: 3_600)
        for _ in 0..<3 { #expect(delay.begin(key) == nil) }
    }
}
