import Foundation
import Testing
import Tokens

@testable import Stack

/// What somebody does to a log who can write where it lies, and cannot sign.
private struct Tampering: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What `gatehouse audit verify` calls it.
    let name: String
    /// Changes the lines, of which the last is empty; `index` is one in the middle.
    let change: @Sendable (_ lines: inout [String], _ index: Int) -> Void
    /// Where the first bad record is then.
    var place: @Sendable (_ index: Int) -> String = { "line \($0 + 1), record" }

    static let all = [
        Tampering(testDescription: "a denial becomes permission", name: "edited") { lines, index in
            let (denied, allowed) = (#""outcome":"denied""#, #""outcome":"allowed""#)
            let isDenied = lines[index].contains(denied)
            lines[index] = lines[index].replacing(isDenied ? denied : allowed, with: isDenied ? allowed : denied)
        },
        Tampering(testDescription: "an old record a second time", name: "inserted") { lines, index in
            lines.insert(lines[0], at: index)
        },
        Tampering(testDescription: "a record taken away", name: "removed") { lines, index in lines.remove(at: index) },
        Tampering(testDescription: "two records exchanged", name: "reordered") { lines, index in
            lines.swapAt(index, index + 1)
        },
        Tampering(
            testDescription: "the end taken away",
            name: "cut off",
            change: { lines, index in lines.removeSubrange(index..<lines.count - 1) },
            place: { "line \($0), record \($0 + 1)" }
        ),
    ]
}

extension OnOneStack {
    @Suite("A log that was tampered with") struct TamperedLogTests {
        @Test(arguments: Tampering.all)
        fileprivate func `gatehouse audit verify names the first bad record`(tampering: Tampering) async throws {
            let copy = try await Self.signedCopy()
            defer { copy.remove() }
            let log = try #require(copy.logs(of: .ordersAPI).first)
            let index = try copy.change(log) { lines in
                let index = lines.count / 2
                tampering.change(&lines, index)
                return index
            }
            let outcome = try await copy.verify()
            #expect(outcome.status == 1)
            let finding = "\(tampering.place(index))"
            #expect(
                outcome.error.contains(finding) && outcome.error.contains(": \(tampering.name)"),
                "\(outcome.error)"
            )
            #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("✓") } == StackService.all.count - 1)
        }

        @Test func `without its heads a log proves nothing, and without its files the heads tell of it`() async throws {
            let copy = try await Self.signedCopy()
            defer { copy.remove() }
            for log in try copy.logs(of: .usersAPI) { try FileManager.default.removeItem(atPath: log) }
            try FileManager.default.removeItem(atPath: copy.heads(of: .ordersAPI))
            let outcome = try await copy.verify()
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("orders-api: ") && outcome.error.contains(": no signed heads"))
            #expect(outcome.error.contains("users-api: "), "\(outcome.error)")
        }

        @Test func `a head of somebody else's is none`() async throws {
            let copy = try await Self.signedCopy()
            defer { copy.remove() }
            try copy.change(copy.heads(of: .ordersAPI)) { lines in
                lines[0] = try String(contentsOfFile: copy.heads(of: .usersAPI), encoding: .utf8)
                    .components(separatedBy: "\n")[0]
            }
            let outcome = try await copy.verify()
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("orders-api: ") && outcome.error.contains(": a head that none"))
        }

        /// A copy with some signed records of Orders in it, and nothing wrong.
        private static func signedCopy() async throws -> AuditCopy {
            let stack = try OnOneStack.stack()
            func state(_ member: String) async throws -> Int64 {
                try await stack.operate("GET", "audit", on: .ordersAPI).json?[member]?.integer ?? 0
            }
            let before = try await state("seq")
            for _ in 0..<6 { _ = try await stack.send("GET", "\(stack.address(of: .ordersAPI))/orders") }
            try await eventually("a head covers them") { try await state("headSeq") >= before + 6 }
            let copy = try AuditCopy(of: stack)
            let whole = try await copy.verify()
            try #require(whole.status == 0, "\(whole.error)")
            return copy
        }
    }
}
