import ArgumentParser
import Audit

/// A moment as a person names it: so long ago, a day, or to the second; in UTC.
enum Moment: Equatable, Sendable {
    case ago(seconds: Int64)
    /// Milliseconds since 1970.
    case at(Int64)

    /// Nobody keeps logs of more than ten years here, and nothing overflows.
    private static let agoSecondsMax: Int64 = 10 * 366 * 86_400

    /// `90s`, `15m`, `1h`, `7d`; `2026-11-21`; `2026-11-21T21:27:23Z`, also with milliseconds.
    init?(reading text: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let unit = text.last.flatMap({ units[$0] }), text.dropLast().allSatisfy({ $0.isASCII && $0.isNumber }),
            let count = Int64(text.dropLast()), (0...Self.agoSecondsMax / unit).contains(count)
        {
            self = .ago(seconds: count * unit)
            return
        }
        let whole =
            switch text.utf8.count {
            case 10: "\(text)T00:00:00.000Z"
            case 20: "\(text.dropLast()).000\(text.suffix(1))"
            default: text
            }
        guard let time = AuditTime.read(whole) else { return nil }
        self = .at(time)
    }

    /// Milliseconds since 1970.
    func milliseconds(now: Int64) -> Int64 {
        switch self {
        case .ago(let seconds): now - seconds * 1_000
        case .at(let time): time
        }
    }
}

extension Moment: ExpressibleByArgument {
    init?(argument: String) { self.init(reading: argument) }
}
