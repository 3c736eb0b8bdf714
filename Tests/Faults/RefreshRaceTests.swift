import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("One refresh token in many hands", .timeLimit(.minutes(60))) struct RefreshRaceTests {
        private static let clientCount = 100

        @Test func `a hundred clients refresh it at the same instant: one successor, and nobody is signed out`()
            async throws
        {
            let roundCount = Extent.count(10, long: 1_000)
            try await FaultyStack.run([.identityProvider]) { stack in
                let begin = ContinuousClock.now
                var token = try await stack.running.signUp("crowd").refreshToken()
                for _ in 1...roundCount { token = try await onlySuccessor(of: token, on: stack.running) }
                let rate = Double(roundCount * Self.clientCount) / ((ContinuousClock.now - begin) / .seconds(1))
                Figures.print(
                    "a hundred at once",
                    "\(roundCount) times \(Self.clientCount): one successor each time; \(Int(rate)) refreshes a second"
                )
            }
        }

        private func onlySuccessor(of token: Credential, on stack: RunningStack) async throws -> Credential {
            let successors = try await withThrowingTaskGroup(of: Credential?.self) { group in
                for _ in 0..<Self.clientCount {
                    group.addTask { try await stack.readTokens(stack.refresh(token), "a refresh").refreshToken }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(successors.count == 1)
            return try #require(successors.first ?? nil)
        }
    }
}

extension RunningStack {
    /// A new user, signed in once; only the provider is needed for it.
    func signUp(_ role: String) async throws -> SignedInUser {
        let name = "\(role)-\(Credential.random(byteCount: 12).exposed.lowercased().filter(\.isLetter))"
        let password = Credential.random()
        guard try await addUser(name, password: password) else {
            throw ScenarioFailure(expectation: "the name \(name) is new", seen: "it is taken")
        }
        return try await signIn(name, password: password)
    }
}
