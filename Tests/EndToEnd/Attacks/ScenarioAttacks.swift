import Testing

@testable import Stack

extension OnOneStack {
    @Suite("The tour's attacks") struct ScenarioAttacks {
        @Test func `a stolen refresh token ends every session and a lost response ends none`() async throws {
            let lines = try await tell(StolenRefreshToken())
            #expect(lines.count { $0.contains("400 invalid_grant") } == 3)
        }

        @Test func `neither the service nor the user alone reads the address`() async throws {
            let lines = try await tell(OnlyTheExchangedToken())
            #expect(lines.count { $0.contains("401 invalid_token") } == 3)
        }

        @Test func `an exchange gives no more, to nobody else and for nowhere else`() async throws {
            let lines = try await tell(ExchangeOnlyNarrows())
            #expect(lines.count { $0.contains("invalid_scope") } == 2)
            #expect(lines.count { $0.contains("invalid_target") } == 3)
        }

        @Test func `forged tokens are refused at every door`() async throws {
            let lines = try await tell(ForgedTokens())
            #expect(lines.count { $0.contains("✗") } == 7 * ForgedTokens.group.attacks.count)
        }
    }
}
