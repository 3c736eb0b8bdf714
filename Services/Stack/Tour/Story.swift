import Tokens

/// Tells a scenario while it happens: requests, the tokens they carried, answers, and what they mean.
struct Story: Sendable {
    /// Takes one line.
    let tell: @Sendable (String) -> Void

    /// Nobody listens; for tests.
    static let untold = Story { _ in }

    func says(_ sentence: String) { tell("  \(sentence)") }

    func request(_ who: String, _ request: String) { tell("  → \(who): \(request)") }

    func answer(_ answer: Answer, _ meaning: String) {
        let code = answer.errorCode.map { " \($0)" } ?? ""
        tell("  ← \(answer.status)\(code)   \(meaning)")
    }

    /// One token, a line per fact.
    func token(_ title: String, _ token: Credential, on stack: RunningStack) throws {
        tell("    \(title)")
        for row in try TokenCard(token, now: stack.clock.now()).rows {
            tell("      \(row.label.padded(to: 13)) \(row.value)")
        }
    }

    /// Two tokens side by side; what differs is marked.
    func compare(
        _ left: (title: String, token: Credential),
        _ right: (title: String, token: Credential),
        on stack: RunningStack
    ) throws {
        let now = stack.clock.now()
        let leftRows = try TokenCard(left.token, now: now).rows
        let rightRows = try TokenCard(right.token, now: now).rows
        let width = max(left.title.count, leftRows.map(\.value.count).max() ?? 0) + 2
        tell("      \("".padded(to: 13)) \(left.title.padded(to: width)) \(right.title)")
        for (leftRow, rightRow) in zip(leftRows, rightRows) {
            let mark = leftRow.value == rightRow.value ? " " : "≠"
            tell("    \(mark) \(leftRow.label.padded(to: 13)) \(leftRow.value.padded(to: width)) \(rightRow.value)")
        }
    }
}
