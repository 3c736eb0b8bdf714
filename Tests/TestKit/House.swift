import Foundation
public import Tokens

/// Names and the hour that tests agree on.
public enum House {
    /// 2027-01-15T08:00:00Z: now, until a test moves its clock.
    public static let epoch = NumericDate(1_800_000_000)
    public static let issuer = "https://localhost:8440"
    public static let orders = "https://orders.gatehouse.local"
    public static let users = "https://users.gatehouse.local"

    /// A file that an operator edits, as it stands in the repository: `settings/gateway.yaml`.
    public static func composeFile(_ name: String) -> String {
        URL(filePath: #filePath).appending(path: "../../../compose/\(name)").standardized.path
    }

    /// A clock that stands at `epoch` until it is moved.
    public static func clock() -> MovableClock { MovableClock(base: FixedClock(epoch)) }
}
