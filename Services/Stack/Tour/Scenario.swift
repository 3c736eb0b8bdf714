/// One story of the tour, and one end-to-end test: the same code, so that the tour cannot rot.
protocol Scenario: Sendable {
    static var number: Int { get }
    static var title: String { get }

    init()

    /// Does on real services what the title says, tells it, and checks every step.
    ///
    /// - Throws: `ScenarioFailure` where something is not as the story says.
    func run(on stack: RunningStack, telling story: Story) async throws
}

/// The nine scenarios in their order.
enum Tour {
    static let scenarios: [any Scenario.Type] = [
        OrderOnBehalf.self, ExpiryAndRefresh.self, StolenRefreshToken.self, OnlyTheExchangedToken.self,
        ExchangeOnlyNarrows.self, RotationUnderLoad.self, ForgedTokens.self, RevokedEverywhere.self, StaleClaims.self,
    ]
}

/// What was expected, and what was seen instead.
struct ScenarioFailure: Error, CustomStringConvertible {
    let expectation: String
    let seen: String

    var description: String { "expected: \(expectation); seen: \(seen)" }
}

extension Scenario {
    func require(_ holds: Bool, _ expectation: String, seen: @autoclosure () -> String) throws {
        if !holds { throw ScenarioFailure(expectation: expectation, seen: seen()) }
    }

    func require(_ answer: Answer, _ status: Int, _ expectation: String) throws {
        try require(answer.status == status, "\(expectation): \(status)", seen: answer.summary)
    }

    func require(_ answer: Answer, _ status: Int, _ code: String, _ expectation: String) throws {
        try require(
            answer.status == status && answer.errorCode == code,
            "\(expectation): \(status) \(code)",
            seen: answer.summary
        )
    }
}

extension Answer {
    /// Status and error code: never the body, which may hold tokens.
    var summary: String { "\(status)\(errorCode.map { " \($0)" } ?? "")" }
}
