import TestKit
import Testing
import Tokens

@Suite("Clocks")
struct WallClockTests {
    @Test func `a clock that is moved moves for everybody who holds it`() {
        let clock = House.clock()
        let holder: any WallClock = clock
        #expect(holder.now() == House.epoch)
        #expect(clock.advance(bySeconds: 60) == House.epoch + 60)
        clock.advance(bySeconds: 5)
        #expect(holder.now() == House.epoch + 65)
    }

    @Test func `the machine's clock is of this century and goes on`() {
        let first = SystemClock().now()
        #expect(first > NumericDate(1_700_000_000) && first < NumericDate(4_102_444_800))
        #expect(SystemClock().now() >= first)
        #expect(MovableClock().now() >= first)
    }
}
