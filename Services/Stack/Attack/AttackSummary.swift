/// What became of the whole gallery.
struct AttackSummary: Sendable {
    let attackCount: Int
    let outcomes: [Outcome]

    var failures: [Outcome] { outcomes.filter { $0.failure != nil } }

    var lines: [String] {
        let doors = Dictionary(grouping: outcomes, by: \.door.name).sorted { $0.key < $1.key }
        let verdict =
            failures.isEmpty
            ? "nothing got through, and each was refused for its own reason"
            : "\(failures.count) NOT AS IT SHOULD BE"
        return ["", "Outside one answer, inside the reason:"]
            + doors.map { name, outcomes in
                let answers = Set(outcomes.map(\.outside)).sorted().joined(separator: ", ")
                let reasons = Set(outcomes.map(\.inside)).count
                return
                    "  \(name.padded(to: 24)) \(outcomes.count) shots, \(reasons) reasons inside; outside: \(answers)"
            }
            + ["", "\(attackCount) attacks at \(doors.count) doors, \(outcomes.count) shots: \(verdict)"]
    }
}
