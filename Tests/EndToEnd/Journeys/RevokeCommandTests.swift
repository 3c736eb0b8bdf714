import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    @Suite("gatehouse revoke, and what else ends tokens") struct RevokeCommandTests {
        private func gatehouse(_ arguments: String..., input: String = "") async throws -> Program.Outcome {
            let folder = try OnOneStack.stack().folder.path
            return try await Program.gatehouse(arguments + ["--data-folder", folder], input: input)
        }

        @Test func `revoke says when each verifier refuses, the quickest first`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("wanda")
            let outcome = try await gatehouse("revoke", "--user", user.name)
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.output.contains("revoked: subject \(user.subject)"))
            let delays = outcome.output.matches(of: /(\S+) +(\d+\.\d) ms/).compactMap { Double($0.output.2) }
            #expect(delays.count == 4 && delays == delays.sorted())
            for verifier in ["orders-api", "users-api", "gateway", "token-exchange"] {
                #expect(outcome.output.contains(verifier))
            }
            let refused = try await stack.listOrders(user.accessToken)
            #expect(refused.status == 401)
        }

        @Test func `revoke takes a token from standard input, and shows only its id`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("wolf")
            let token = user.accessToken.exposed
            let outcome = try await gatehouse("revoke", "--token", "-", input: token + "\n")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.output.contains("revoked: token ") && !outcome.output.contains("eyJ"))
            let again = try await gatehouse("revoke", "--token", "-", input: token)
            #expect(again.status == 1 && again.error.contains("there is nothing to revoke"))
            #expect(!again.error.contains("eyJ"))
        }

        @Test(arguments: ["--user", "--session", "--client"])
        func `what is not there cannot be revoked`(option: String) async throws {
            let outcome = try await gatehouse("revoke", option, "nothing-of-the-kind")
            #expect(outcome.status == 1 && outcome.error.contains("there is nothing to revoke"))
        }

        @Test func `a new password ends every session, and works at once`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("xenia")
            let outcome = try await gatehouse("users", "password", user.name)
            let password = try #require(outcome.output.firstMatch(of: /password: (\S+)/)?.1)
            #expect(try await stack.refresh(user.refreshToken()).errorCode == "invalid_grant")
            await #expect(throws: CallRefused.self) { try await stack.signInAgain(user) }
            let back = try await stack.signIn(user.name, password: Credential(String(password)))
            try await eventually("the old token is refused") {
                try await stack.listOrders(user.accessToken).status == 401
            }
            #expect(try await stack.listOrders(back.accessToken).status == 200)
            let chosen = Credential.random()
            stack.client.remember(chosen)
            let given = try await gatehouse(
                "users",
                "password",
                user.name,
                "--password-from-input",
                input: chosen.exposed + "\n"
            )
            #expect(given.status == 0 && !given.output.contains("password:"))
            #expect(try await stack.signIn(user.name, password: chosen).subject == user.subject)
        }

        @Test func `other roles end the tokens with the old ones, and no session`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("yuri")
            #expect(try await gatehouse("users", "roles", user.name, "--role", "admin").status == 0)
            try await eventually("the old token is refused") {
                try await stack.listOrders(user.accessToken).status == 401
            }
            let administrator = try await stack.refreshed(user)
            #expect(administrator.tokens.scope.contains("orders:admin"))
            #expect(try await stack.listOrders(administrator.accessToken).status == 200)
            #expect(try await gatehouse("users", "roles", user.name, "--none").status == 0)
            let nobody = try await stack.refreshed(administrator)
            #expect(!nobody.tokens.scope.contains("orders:admin"))
        }
    }
}
