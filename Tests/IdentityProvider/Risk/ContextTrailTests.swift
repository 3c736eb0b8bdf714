import Testing
import Tokens

@testable import IdentityProvider
@testable import Storage

@Suite("What is unusual between two refreshes")
struct ContextTrailTests {
    /// A moment in seconds, a network, a software.
    typealias Use = (at: Int64, source: String?, agent: String?)

    private static func caller(_ use: Use) -> CallerContext {
        CallerContext(
            source: use.source.map { SourceNetwork(text: $0) },
            agent: use.agent.map { ClientAgent(userAgent: $0) },
            key: nil
        )
    }

    /// The trail of all uses.
    private static func trail(_ uses: some Sequence<Use>) -> ContextTrail {
        uses.reduce(ContextTrail()) { $0.followed(by: caller($1), at: NumericDate($1.at)) }
    }

    @Test(
        arguments: [
            ("the first use of all", [(0, "wifi", "A")], [], .low),
            ("nothing new", [(0, "wifi", "A"), (60, "wifi", "A")], [], .low),
            ("a phone leaves the wifi", [(0, "wifi", "A"), (60, "mobile", "A")], [.sourceChanged], .low),
            ("and comes back", [(0, "wifi", "A"), (60, "mobile", "A"), (90, "wifi", "A")], [.sourceChanged], .low),
            ("a browser is updated", [(0, "wifi", "A"), (5, "wifi", "B")], [.agentChanged], .low),
            ("software stops to say its name", [(0, "wifi", "A"), (5, "wifi", nil)], [.agentChanged], .low),
            (
                "carried and updated overnight", [(0, "wifi", "A"), (901, "office", "B")],
                [.agentChanged, .sourceChanged], .low
            ),
            (
                "both within a quarter of an hour", [(0, "wifi", "A"), (900, "office", "B")],
                [.agentChanged, .sourceChanged, .agentAndSourceChangedAtOnce], .medium
            ),
            (
                "there and back, twice within minutes",
                [(0, "wifi", "A"), (60, "mobile", "A"), (120, "wifi", "A"), (660, "mobile", "A")],
                [.sourceChanged, .sourcesAlternate], .medium
            ),
            (
                "there and back, twice in a quarter of an hour",
                [(0, "wifi", "A"), (60, "mobile", "A"), (120, "wifi", "A"), (661, "mobile", "A")],
                [.sourceChanged], .low
            ),
            (
                "two devices by turns", [(0, "wifi", "A"), (1_000, "office", "B"), (1_600, "wifi", "A")],
                [.agentChanged, .sourceChanged, .agentAndSourceChangedAtOnce, .sourcesAlternate], .high
            ),
            (
                "two devices, slowly", [(0, "wifi", "A"), (1_000, "office", "B"), (1_901, "wifi", "A")],
                [.agentChanged, .sourceChanged], .low
            ),
            ("a network that cannot be seen", [(0, "wifi", "A"), (5, nil, "A")], [], .low),
            ("and other software there", [(0, "wifi", "A"), (5, nil, "B")], [.agentChanged], .low),
            ("nor is it forgotten", [(0, "wifi", "A"), (5, nil, "A"), (9, "office", "A")], [.sourceChanged], .low),
        ] as [(String, [Use], Set<RiskSignal>, RiskLevel)]
    )
    func `each story has its signals and its level`(
        story: String,
        uses: [Use],
        signals: Set<RiskSignal>,
        level: RiskLevel
    ) throws {
        let last = try #require(uses.last)
        let seen = Self.trail(uses.dropLast()).signals(of: Self.caller(last), at: NumericDate(last.at))
        #expect(seen == signals, "\(story)")
        #expect(Risk(seen).level == level, "\(story)")
    }

    @Test func `a trail is read as it was written, and stays short`() throws {
        let uses: [Use] = (0..<50).map { ($0, $0.isMultiple(of: 3) ? nil : "net\($0)", "A\($0)") }
        let trail = Self.trail(uses)
        let row = SQLRow(columns: ["context_trail"], values: [.text(trail.text)])
        #expect(try ContextTrail(reading: row) == trail)
        #expect(trail.text.split(separator: "\n").count == 3)
        #expect(try ContextTrail(reading: SQLRow(columns: ["context_trail"], values: [.null])) == ContextTrail())
    }

    @Test(arguments: ["torn", "1 2 3", "a b c d", "1 2 c d e"])
    func `a trail that cannot be read is a fault, and not no trail`(text: String) {
        let row = SQLRow(columns: ["context_trail"], values: [.text(text)])
        #expect(throws: StorageError.self) { try ContextTrail(reading: row) }
    }

    @Test(
        arguments: [
            ([.newSourceAtSignIn], .low), ([.newAgentAtSignIn], .low), ([.manyFailuresBefore], .low),
            ([.newAgentAtSignIn, .newSourceAtSignIn], .medium), ([.manyFailuresBefore, .newSourceAtSignIn], .high),
            ([.manyFailuresBefore, .newAgentAtSignIn], .low),
            ([.manyFailuresBefore, .newAgentAtSignIn, .newSourceAtSignIn], .high),
        ] as [(Set<RiskSignal>, RiskLevel)]
    )
    func `at a sign-in signals weigh together`(signals: Set<RiskSignal>, level: RiskLevel) {
        #expect(Risk(signals).level == level)
    }
}
