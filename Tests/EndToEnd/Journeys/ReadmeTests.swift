import Foundation
import Subprocess
import SystemPackage
import TestKit
import Testing

@testable import Stack

extension OnOneStack {
    /// The lines that a reader pastes.
    @Suite("What the pages say to type", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
    struct ReadmeTests {
        @Test func `README: the lines to try by hand do what the page says`() async throws {
            try await DemoUser.prepare(on: stack())
            let output = try await run(linesUnder: "Try it by hand", of: "README.md")
            #expect(output.contains(#""item":"lamp""#))
            #expect(output.contains("1 Lantern Lane"))
            #expect(output.contains("401"))
            #expect(output.contains(#""kty":"EC""#))
            #expect(output.contains("✓ signature"))
            #expect(output.contains("token-exchange") && output.contains(" ms"))
            #expect(output.contains("denied by gateway: tokenRevoked"))
        }

        @Test func `accountability: a denied caller's id leads to the reason, and the log is whole`() async throws {
            let output = try await run(linesUnder: "Reading it", of: "Docs/accountability.md")
            #expect(output.contains("denied by gateway: tokenMissing"))
            #expect(StackService.all.allSatisfy { output.contains($0.name) })
        }

        /// Runs the shell blocks under a heading of a page, as a person at a terminal does, on the stack that the tests share.
        private func run(linesUnder heading: String, of page: String) async throws -> String {
            let stack = try stack()
            let text = try Repository.file(page).text
            let section = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix(heading) })
            let blocks = section.components(separatedBy: "```sh\n").dropFirst()
            var script = blocks.compactMap { $0.components(separatedBy: "```").first }.joined()
                .replacing(".gatehouse", with: stack.folder.path)
            for service in StackService.all {
                script = script.replacing("https://localhost:\(service.defaultPort)", with: stack.address(of: service))
            }
            // Without building it anew. The option comes first: behind two dashes nothing is one.
            let (program, folder) = (Program.path("gatehouse"), stack.folder.path)
            script = script.replacing(/swift run gatehouse ([a-z]+(?: [a-z]+)*)/) { command in
                #""\#(program)" \#(command.output.1) --data-folder "\#(folder)""#
            }
            let result = try await Subprocess.run(
                .path("/bin/bash"),
                arguments: ["-euo", "pipefail", "-c", script],
                output: .string(limit: 8 << 20),
                error: .combinedWithOutput
            )
            #expect(result.terminationStatus == .exited(0), "\(result.standardOutput)")
            return result.standardOutput
        }
    }
}
