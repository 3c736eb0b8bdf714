import Audit
import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing
import Tokens

@Suite("GET /users/{id} asks the provider who may")
struct AnybodysProfileTests {
    private func token(_ users: UsersUnderTest, scope: ScopeSet = ["profile:read", "profile:all"]) throws -> Credential
    {
        try users.house.userToken { ($0.audience, $0.scope) = (House.users, scope) }
    }

    @Test func `an administrator of this moment reads another user's profile`() async throws {
        try await UsersUnderTest.run { users in
            users.house.network.serve(TestAccount(roles: ["admin"]))
            _ = try await users.put("/users/me", users.token("user-bob"), #"{"name":"Bob"}"#)
            let profile = try await users.get("/users/user-bob", token(users)).document
            #expect(profile["name"] == "Bob" && profile["id"] == "user-bob")
        }
    }

    /// Each differs from the request above by one thing.
    @Test(
        arguments: [
            ("no longer one", .tokenInactive, 401), ("never one", .roleMissing, 403),
            ("in an app without the scope", .scopeInsufficient, 403),
        ] as [(String, Refusal, Int)]
    )
    func `nobody else does, though their token opens what is their own`(
        wrong: String,
        reason: Refusal,
        status: Int
    ) async throws {
        try await UsersUnderTest.run { users in
            let account = TestAccount(roles: wrong == "never one" ? ["auditor"] : ["admin"])
            users.house.network.serve(account)
            if wrong == "no longer one" { account.set(roles: []) }
            let scope: ScopeSet = wrong.hasPrefix("in an app") ? ["profile:read"] : ["profile:read", "profile:all"]
            let token = try token(users, scope: scope)
            #expect(try await users.get("/users/user-bob", token).status.code == status)
            #expect(users.audit.records.map(\.reason) == [.refusal(reason)])
            // What believes the token goes on: the news that kills it has not come yet.
            #expect(try await users.get("/users/me", token).status == .ok)
        }
    }

    @Test func `while the provider is away the answer is later, and one's own profile is still read`() async throws {
        try await UsersUnderTest.run { users in
            users.house.network.answer(House.introspectionEndpoint, .unreachable)
            #expect(try await users.get("/users/user-bob", token(users)).status == .serviceUnavailable)
            let own = try await users.get("/users/me", token(users))
            #expect(own.status == .ok)
        }
    }
}
