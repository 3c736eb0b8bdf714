import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    @Suite("gatehouse suspensions") struct SuspensionsCommandTests {
        private func suspensions(_ arguments: String...) async throws -> Program.Outcome {
            let folder = try OnOneStack.stack().folder.path
            return try await Program.gatehouse(["suspensions"] + arguments + ["--data-folder", folder])
        }

        @Test func `a suspension is listed, and what it has ended is given back once`() async throws {
            let stack = try OnOneStack.stack()
            let user = try await stack.makeUser("sue")
            let laptop = try await stack.signInAgain(user)
            _ = try await stack.refreshed(stack.refreshed(user))
            #expect(try await stack.refresh(user.refreshToken()).errorCode == "invalid_grant")
            #expect(try await stack.refresh(laptop.refreshToken()).errorCode == "invalid_grant")

            let listed = try await suspensions("list")
            #expect(listed.status == 0 && listed.output.contains(user.name), "\(listed.output)\(listed.error)")
            let id = try #require(
                try await stack.suspensions().first { $0["username"]?.string == user.name }?["id"]?.string
            )
            #expect(listed.output.contains(id))

            let lifted = try await suspensions("lift", id)
            #expect(lifted.status == 0 && lifted.output.contains("lifted: \(id)"), "\(lifted.error)")
            #expect(try await stack.refresh(laptop.refreshToken()).status == 200)
            let again = try await suspensions("lift", id)
            #expect(again.status == 1 && again.error.contains("is lifted already"))
            let nothing = try await suspensions("lift", "nothing-of-the-kind")
            #expect(nothing.status == 1 && nothing.error.contains("there is no suspension nothing-of-the-kind"))
        }
    }
}
