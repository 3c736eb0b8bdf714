import Foundation
import Subprocess
import SystemPackage
import Testing

@testable import Stack

extension OnOneStack {
    /// The lines that a reader pastes.
    @Suite("The README") struct ReadmeTests {
        /// The shell blocks under `heading`, joined.
        private func shellLines(under heading: String) throws -> String {
            let composeFolder = try TemporaryStack.plan(stack().folder).composeFolder
            let path = URL(filePath: composeFolder).deletingLastPathComponent().appending(path: "README.md")
            let page = try String(contentsOf: path, encoding: .utf8)
            let section = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix(heading) })
            let blocks = section.components(separatedBy: "```sh\n").dropFirst()
            return blocks.compactMap { $0.components(separatedBy: "```").first }.joined()
        }

        @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
        func `the lines to try by hand do what the page says`() async throws {
            let stack = try stack()
            try await DemoUser.prepare(on: stack)
            var script = try shellLines(under: "Try it by hand")
            for command in ["token inspect", "revoke", "why", "audit verify"] {
                script = script.replacing(
                    "swift run gatehouse \(command)",
                    with: "\(Program.path("gatehouse")) \(command) --data-folder .gatehouse"
                )
            }
            script = script.replacing(".gatehouse", with: stack.folder.path)
            for service in StackService.all {
                script = script.replacing("https://localhost:\(service.defaultPort)", with: stack.address(of: service))
            }
            let result = try await Subprocess.run(
                .path("/bin/bash"),
                arguments: ["-euo", "pipefail", "-c", script],
                output: .string(limit: 1 << 20),
                error: .combinedWithOutput
            )
            let output = result.standardOutput
            #expect(result.terminationStatus == .exited(0), "\(output)")
            #expect(output.contains(#""item":"lamp""#))
            #expect(output.contains("1 Lantern Lane"))
            #expect(output.contains("401"))
            #expect(output.contains(#""kty":"EC""#))
            #expect(output.contains("✓ signature"))
            #expect(output.contains("token-exchange") && output.contains(" ms"))
            #expect(output.contains("denied by gateway: tokenRevoked"))
        }
    }
}
