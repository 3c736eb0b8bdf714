public import Tokens

/// Why it was decided so: one out of a fixed list, never a text.
public enum AuditReason: Sendable, Hashable, CustomStringConvertible {
    /// What was wrong with the request.
    case refusal(Refusal)
    /// A spent refresh token within its grace: its successor was given a second time.
    case refreshTokenGraced
    /// The service itself failed; its log has the rest under the same transaction id.
    case fault
    /// Something that the service needs was away, busy or full.
    case unavailable

    /// Every reason there is.
    public static let all: [AuditReason] =
        Refusal.allCases.map { .refusal($0) } + [.refreshTokenGraced, .fault, .unavailable]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// As it stands in the log.
    public var name: String {
        switch self {
        case .refusal(let refusal): refusal.rawValue
        case .refreshTokenGraced: "refreshTokenGraced"
        case .fault: "fault"
        case .unavailable: "unavailable"
        }
    }

    /// Reads a name; nil for one that is not in the list.
    public init?(name: String) {
        guard let reason = Self.byName[name] else { return nil }
        self = reason
    }

    /// Its name.
    public var description: String { name }
}
