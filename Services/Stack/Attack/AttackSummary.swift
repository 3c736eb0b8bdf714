/// What became of the attacks, door by door.
struct AttackSummary: Sendable {
    let attackCount: Int
    let outcomes: [Outcome]

    var failures: [Outcome] { outcomes.filter { $0.failure != nil } }

    var lines: [String] {
        let doors = Dictionary(grouping: outcomes, by: \.door.name).sorted { $0.key < $1.key }
        return ["", "What an attacker reads at each door, and what stands in its audit log:"]
            + doors.map { "  \($0.padded(to: 24)) \(Self.summary(of: $1))" }
            + [
                "Where a token is asked for, every bad one gets the same answer to the byte: which check found it does not show."
            ]
            + failures.map { "‼ \($0.attack), at \($0.door.name): \($0.failure ?? "")" }
            + ["", "\(attackCount) attacks at \(doors.count) doors, \(outcomes.count) shots: \(verdict)"]
    }

    private var verdict: String {
        failures.isEmpty ? "none got through, each for its own reason" : "\(failures.count) NOT AS IT SHOULD BE"
    }

    private static func summary(of outcomes: [Outcome]) -> String {
        let answers = Set(outcomes.map(\.outside)).sorted().joined(separator: ", ")
        return "\(outcomes.count) shots: \(answers); \(Set(outcomes.map(\.inside)).count) reasons"
    }
}
