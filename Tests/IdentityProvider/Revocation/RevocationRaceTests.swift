import Testing
import Tokens

@testable import IdentityProvider

/// Within one second, as the clock of these tests stands: dates alone could not tell what came first.
@Suite("Requests that are under way while something is revoked")
struct RevocationRaceTests {
    @Test func `who loses a role while refreshing keeps no token that has it`() async throws {
        try await TestProvider.run { provider in
            var families: [TokenResponse] = []
            for _ in 0..<8 { families.append(try await provider.logIn("ada")) }
            let refreshed = try await withThrowingTaskGroup(of: TokenResponse?.self) { group in
                for (turn, family) in families.enumerated() {
                    if turn == families.count / 2 {
                        group.addTask {
                            try await provider.parts.accounts.setRoles([], username: "ada", decision: .unheard())
                            return nil
                        }
                    }
                    group.addTask { try await provider.refresh(family.refreshToken).tokens() }
                }
                return try await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
            }
            #expect(refreshed.count == families.count, "nobody is signed out by it")
            for tokens in families + refreshed {
                let isActive = try await provider.isActive(tokens.accessToken)
                #expect(!(isActive && tokens.scope.contains("orders:admin")))
            }
        }
    }

    @Test func `who signs in with the old password while it is changed is left with nothing`() async throws {
        let body: JSONObject = [
            "client_id": "gatehouse-demo", "username": "alice",
            "password": .string(TestProvider.password.exposed),
        ]
        try await TestProvider.run { provider in
            let signedIn = try await withThrowingTaskGroup(of: TokenResponse?.self) { group in
                for turn in 0..<8 {
                    if turn == 4 {
                        group.addTask {
                            let new = Credential("battery staple")
                            try await provider.parts.accounts.setPassword(new, username: "alice", decision: .unheard())
                            return nil
                        }
                    }
                    group.addTask { TokenResponse(reading: try await provider.post("/auth/login", json: body).json) }
                }
                return try await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
            }
            #expect(try await provider.post("/auth/login", json: body).error == "invalid_grant")
            for tokens in signedIn {
                #expect(try await !provider.isActive(tokens.accessToken))
                #expect(try await provider.refresh(tokens.refreshToken).error == "invalid_grant")
            }
        }
    }
}
