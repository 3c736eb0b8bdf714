import Foundation
import Tokens

/// The keys of an issuer as bars over time, one line each.
///
/// A key signs for weeks and is announced for minutes, so the axis is stretched around now: a minute, an hour, a day and a month to
/// either side are equally far apart.
///
///     KID           ALG        STATE      NEXT              -30d -1d  -1h  -1m  now  +1m  +1h  +1d  +30d
///     qPzK1v_0Jx8A  ES256      active     stops in 4m                    ░██████│██████▒▒
///     7dTn4mWcYb2E  ES256      announced  signs in 4m                          ░│░░░░░░████████████████
struct KeyTimeline {
    /// One key as `GET /ops/keys` shows it.
    struct Key {
        let keyID: String
        let ring: String
        let algorithm: String
        let state: KeyState
        let announcedAt: NumericDate
        let activatesAt: NumericDate
        var retiredAt: NumericDate?
        var revokedAt: NumericDate?
        var removedAt: NumericDate?
    }

    static let legend = "░ announced   █ active   ▒ retired   × revoked   │ now"
    /// Characters of a `kid` that are shown, and at least wanted back by `keys revoke`.
    static let keyIDLengthMin = 12
    /// Columns on either side of now.
    private static let reach = 22
    /// How far from now, in seconds, and in columns.
    private static let marks: [(seconds: Double, columns: Double, label: String)] = [
        (0, 0, ""), (60, 5, "1m"), (3_600, 10, "1h"), (86_400, 15, "1d"), (30 * 86_400, 20, "30d"),
    ]

    let now: NumericDate

    /// A head line, and one line for each key; none is longer than 100 columns.
    func lines(_ keys: [Key]) -> [String] {
        [line("KID", "ALG", "STATE", "NEXT", axis)]
            + keys.map { key in
                line(
                    String(key.keyID.prefix(Self.keyIDLengthMin)),
                    key.algorithm,
                    key.state.rawValue,
                    next(key),
                    bar(key)
                )
            }
    }

    private func line(_ keyID: String, _ algorithm: String, _ state: String, _ next: String, _ bar: String) -> String {
        let fields = [
            keyID.padded(to: Self.keyIDLengthMin), algorithm.padded(to: 9), state.padded(to: 9), next.padded(to: 14),
            bar,
        ]
        let line = "  " + fields.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private var axis: String {
        let sides = Self.marks.dropFirst()
        let before = sides.reversed().map { "-\($0.label)".padded(to: 5) }.joined()
        return "  " + before + "now  " + sides.map { "+\($0.label)".padded(to: 5) }.joined()
    }

    /// The next thing that happens to the key by itself.
    private func next(_ key: Key) -> String {
        let (verb, moment): (String, NumericDate?) =
            switch key.state {
            case .announced: ("signs", key.activatesAt)
            case .active: ("stops", key.retiredAt)
            case .retired, .revoked: ("gone", key.removedAt)
            case .removed: ("", nil)
            }
        return moment.map { "\(verb) in \(Self.readable(seconds: max(0, $0.seconds(since: now))))" } ?? ""
    }

    /// In the largest unit of which there are two or more.
    static func readable(seconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400, "d"), (3_600, "h"), (60, "m")]
        guard let (length, name) = units.first(where: { seconds >= 2 * $0.0 }) else { return "\(seconds)s" }
        return "\(seconds / length)\(name)"
    }

    private func bar(_ key: Key) -> String {
        let columns = (-Self.reach...Self.reach).map { column -> Character in
            column == 0 ? "│" : symbol(key, at: moment(atColumn: column))
        }
        return String(columns)
    }

    private func symbol(_ key: Key, at moment: NumericDate) -> Character {
        if moment < key.announcedAt { return " " }
        if let removedAt = key.removedAt, moment >= removedAt { return " " }
        if let revokedAt = key.revokedAt, moment >= revokedAt { return "×" }
        if moment < key.activatesAt { return "░" }
        if let retiredAt = key.retiredAt, moment >= retiredAt { return "▒" }
        return "█"
    }

    /// The moment that stands at a column: along a logarithm between the marks, straight up to the first of them.
    private func moment(atColumn column: Int) -> NumericDate {
        let distance = Double(abs(column))
        let index = min(Self.marks.lastIndex { $0.columns <= distance } ?? 0, Self.marks.count - 2)
        let (near, far) = (Self.marks[index], Self.marks[index + 1])
        let part = (distance - near.columns) / (far.columns - near.columns)
        let seconds = index == 0 ? far.seconds * part : near.seconds * pow(far.seconds / near.seconds, part)
        return now + Int64(column < 0 ? -seconds : seconds)
    }
}

extension KeyTimeline.Key {
    /// Nil for an object that does not tell of a key.
    init?(reading object: JSONObject) {
        func moment(_ name: String) -> NumericDate? { object[name]?.integer.map { NumericDate($0) } }
        guard let keyID = object["kid"]?.string, let algorithm = object["alg"]?.string,
            let state = object["state"]?.string.flatMap(KeyState.init),
            let announcedAt = moment("announcedAt"), let activatesAt = moment("activatesAt")
        else { return nil }
        self.init(
            keyID: keyID,
            ring: object["ring"]?.string ?? "tokens",
            algorithm: algorithm,
            state: state,
            announcedAt: announcedAt,
            activatesAt: activatesAt,
            retiredAt: moment("retiredAt"),
            revokedAt: moment("revokedAt"),
            removedAt: moment("removedAt")
        )
    }
}
