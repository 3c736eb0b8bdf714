/// Whole seconds since 1970-01-01T00:00:00Z, as every time claim is written (RFC 7519 §2, "NumericDate").
public struct NumericDate: Sendable, Hashable, Comparable {
    /// Seconds since the epoch, leap seconds not counted.
    public let secondsSinceEpoch: Int64

    /// The date `secondsSinceEpoch` seconds after the epoch.
    public init(_ secondsSinceEpoch: Int64) { self.secondsSinceEpoch = secondsSinceEpoch }

    /// Earlier than.
    public static func < (left: NumericDate, right: NumericDate) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }
    /// The date `seconds` later; saturating, for a date that comes from the outside must not trap.
    public static func + (date: NumericDate, seconds: Int64) -> NumericDate {
        let (sum, overflow) = date.secondsSinceEpoch.addingReportingOverflow(seconds)
        return NumericDate(overflow ? (seconds > 0 ? .max : .min) : sum)
    }
    /// The date `seconds` earlier; saturating as well.
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
