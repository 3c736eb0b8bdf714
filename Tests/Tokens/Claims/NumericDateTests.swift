import Testing
import Tokens

@Suite("NumericDate, RFC 7519 §2")
struct NumericDateTests {
    @Test func `seconds are added, taken away and counted`() {
        let date = NumericDate(100)
        #expect(date + 5 == NumericDate(105) && date - 5 == NumericDate(95) && date + -5 == date - 5)
        #expect(NumericDate(105).seconds(since: date) == 5 && date.seconds(since: NumericDate(105)) == -5)
        #expect(date < date + 1 && !(date < date))
    }

    @Test func `at either end of time it stays there`() {
        let first = NumericDate(.min)
        let last = NumericDate(.max)
        #expect(last + 1 == last && last - -1 == last && first - 1 == first && first + -1 == first)
        #expect(last.seconds(since: first) == .max && first.seconds(since: last) == .min)
        #expect(NumericDate(0) - .min == last)
    }
}
