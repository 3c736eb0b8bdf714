import Audit
import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    /// What somebody who was refused holds in their hand: an id, which says something to the house only.
    @Suite("A denied caller's transaction id") struct DeniedCallerTests {
        @Test func `leads the house to the reason, which the answer keeps to itself`() async throws {
            let stack = try stack()
            let decisions = try RecordedDecisions(in: stack.folder)
            let user = try await stack.makeUser("denied")
            let elsewhere = try await stack.signInAgain(user, resource: Audience.users).accessToken
            let revoked = try await stack.signInAgain(user).accessToken
            try await stack.revoke(revoked, of: RunningStack.demoClient)
            // Hears of it within milliseconds.
            try await eventually("a revoked token is refused") { try await list(revoked).status == 401 }
            let denied: [(token: Credential, reason: Refusal)] = [
                (elsewhere, .audienceMismatch), (revoked, .tokenRevoked), (Credential("nonsense"), .tokenMalformed),
            ]
            var answers: [Answer] = []
            for (token, reason) in denied {
                let answer = try await list(token)
                answers.append(answer)
                let records = try await decisions.records(for: answer, at: .ordersAPI)
                #expect(records.map(\.reason) == [.refusal(reason)])
                #expect(records.map(\.outcome) == [.denied])
                #expect(records.first?.presented.allSatisfy { !$0.isVerified } == true)
            }
            #expect(Set(answers.compactMap { $0.header("transaction-id") }).count == denied.count)
            for answer in answers {
                #expect(
                    answer.withoutTransaction == answers[0].withoutTransaction,
                    "the same bytes but for id and date"
                )
            }
        }

        private func list(_ token: Credential) async throws -> Answer {
            let stack = try stack()
            return try await stack.send("GET", "\(stack.address(of: .ordersAPI))/orders", token)
        }
    }
}
