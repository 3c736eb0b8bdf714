import Subprocess
import SystemPackage
import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    @Suite("gatehouse audit follow") struct AuditFollowTests {
        @Test(.timeLimit(.minutes(1)))
        func `follow shows a record as it comes, and ends well on Ctrl-C`() async throws {
            let stack = try OnOneStack.stack()
            let user = try await stack.makeUser("fay")
            // Nobody tells when it has begun to look, so she asks again and again.
            let asking = Task {
                while !Task.isCancelled { _ = try await stack.listOrders(user.accessToken) }
            }
            let result = try await Subprocess.run(
                .path(FilePath(Program.path("gatehouse"))),
                arguments: [
                    "audit", "follow", "--data-folder", stack.folder.path, "--service", "orders-api", "--user",
                    user.subject,
                ],
                input: .none,
                output: .sequence,
                error: .string(limit: 1 << 20)
            ) { execution in
                defer { asking.cancel() }
                var lines: [String] = []
                for try await line in execution.standardOutput.strings() {
                    if lines.isEmpty { try execution.send(signal: .interrupt) }
                    lines.append(line)
                }
                return lines
            }
            #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
            let line = try #require(result.closureResult.first)
            for part in ["✓ ", "  orders-api ", "  access ", "user \(user.subject)"] {
                #expect(line.contains(part), "\(part) in \(line)")
            }
        }
    }
}
