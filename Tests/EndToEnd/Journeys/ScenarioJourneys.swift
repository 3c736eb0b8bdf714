import Synchronization
import Testing

@testable import Stack

/// The lines of a story, for looking at afterwards.
final class Transcript: Sendable {
    private let collected = Mutex<[String]>([])

    var lines: [String] { collected.withLock { $0 } }
    var story: Story { Story { [self] line in collected.withLock { $0.append(line) } } }
}

extension OnOneStack {
    /// Runs a scenario of the tour; a step that is not as told throws, and fails the test.
    ///
    /// - Gives: what the tour would have printed. It never holds a token.
    static func tell(_ scenario: some Scenario) async throws -> [String] {
        let transcript = Transcript()
        try await scenario.run(on: stack(), telling: transcript.story)
        #expect(!transcript.lines.contains { $0.contains("eyJ") }, "the tour printed a token")
        return transcript.lines
    }

    @Suite("The tour's journeys") struct ScenarioJourneys {
        @Test func `an order is placed on the user's behalf with a token for that one hop`() async throws {
            let lines = try await tell(OrderOnBehalf())
            #expect(lines.contains { $0.contains("≠ audience") })
            #expect(lines.contains { $0.contains("≠ actors") && $0.hasSuffix("orders-api") })
            #expect(lines.contains { $0.hasPrefix("      subject") }, "the subject is the same on both sides")
        }

        @Test func `an access token ends by itself and is refreshed`() async throws {
            let lines = try await tell(ExpiryAndRefresh())
            #expect(lines.contains { $0.contains("401 invalid_token") })
        }

        @Test func `signing keys are rotated and no request fails`() async throws {
            let lines = try await tell(RotationUnderLoad())
            #expect(lines.contains { $0.contains("failures: 0") })
        }

        @Test func `who asks knows of a role at once, who believes a token when the news has come`() async throws {
            let lines = try await tell(StaleClaims())
            #expect(lines.contains { $0.contains("401 invalid_token") && $0.contains("at the first question") })
            #expect(lines.contains { $0.contains("ms against") })
        }

        @Test func `what is revoked is refused everywhere, and what was made of it too`() async throws {
            let lines = try await tell(RevokedEverywhere())
            #expect(lines.count { $0.contains("401 invalid_token") } == 3)
            #expect(lines.count { $0.hasSuffix(" ms") } == RunningStack.verifiers.count)
        }
    }
}
