/// Whole seconds since 1970-01-01T00:00:00Z, as every time claim is written (RFC 7519 §2, "NumericDate").
public struct NumericDate: Sendable, Hashable, Comparable {
    public let secondsSinceEpoch: Int64

    public init(_ secondsSinceEpoch: Int64) { self.secondsSinceEpoch = secondsSinceEpoch }

    public static func < (left: NumericDate, right: NumericDate) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }
    // Saturating: a date that comes from the outside must not trap.
    public static func + (date: NumericDate, seconds: Int64) -> NumericDate {
        let (sum, overflow) = date.secondsSinceEpoch.addingReportingOverflow(seconds)
        return NumericDate(overflow ? (seconds > 0 ? .max : .min) : sum)
    }
    public static func - (date: NumericDate, seconds: Int64) -> NumericDate {
        let (difference, overflow) = date.secondsSinceEpoch.subtractingReportingOverflow(seconds)
        return NumericDate(overflow ? (seconds > 0 ? .min : .max) : difference)
    }
    /// Seconds from `other` to this date.
    public func seconds(since other: NumericDate) -> Int64 {
        let (difference, overflow) = secondsSinceEpoch.subtractingReportingOverflow(other.secondsSinceEpoch)
        return overflow ? (self > other ? .max : .min) : difference
    }
}
