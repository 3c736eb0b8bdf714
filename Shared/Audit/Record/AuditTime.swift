/// Milliseconds since 1970 as a log writes them: `2026-11-21T21:27:23.123Z`, always 24 characters (RFC 3339 §5.6).
public enum AuditTime {
    /// Until the end of the year 9999: there are four digits for it.
    private static let range: ClosedRange<Int64> = 0...253_402_300_799_999

    /// The text of a time.
    public static func text(_ milliseconds: Int64) -> String {
        String(decoding: bytes(milliseconds), as: UTF8.self)
    }

    /// Nil for any other form, and for a date that no calendar has.
    public static func read(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]), let millisecond = number(bytes[20..<23]), year >= 1970
        else { return nil }
        let seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
        let time = seconds * 1_000 + millisecond
        // What comes out as it went in was right: every digit, every sign, the length of the month.
        return range.contains(time) && self.bytes(time) == bytes ? time : nil
    }

    private static func bytes(_ milliseconds: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        append(milliseconds, to: &bytes)
        return bytes
    }

    /// The text of a time out of range is that of the nearest that has one.
    static func append(_ milliseconds: Int64, to bytes: inout [UInt8]) {
        let time = min(max(milliseconds, range.lowerBound), range.upperBound)
        let (day, rest) = (time / 86_400_000, time % 86_400_000)
        let date = date(daysSinceEpoch: day)
        appendTwoDigits(date.year / 100, to: &bytes)
        appendTwoDigits(date.year % 100, then: "-", to: &bytes)
        appendTwoDigits(date.month, then: "-", to: &bytes)
        appendTwoDigits(date.day, then: "T", to: &bytes)
        appendTwoDigits(rest / 3_600_000, then: ":", to: &bytes)
        appendTwoDigits(rest / 60_000 % 60, then: ":", to: &bytes)
        appendTwoDigits(rest / 1_000 % 60, then: ".", to: &bytes)
        appendTwoDigits(rest % 1_000 / 10, to: &bytes)
        bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
        bytes.append(UInt8(ascii: "Z"))
    }

    private static func appendTwoDigits(_ value: Int64, then sign: Unicode.Scalar? = nil, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(value / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
        if let sign { bytes.append(UInt8(ascii: sign)) }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    // Years that begin with March, so that the leap day is the last of a year, and months of 153 days in fives.

    private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = daysSinceEpoch + 719_468
        let (era, dayOfEra) = (days / 146_097, days % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let years = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (years / 400, years % 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
