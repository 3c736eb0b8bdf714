import Foundation
import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    @Suite("gatehouse why and audit") struct AuditCommandTests {
        private func gatehouse(_ arguments: String...) async throws -> Program.Outcome {
            let options = ["--data-folder", try OnOneStack.stack().folder.path]
            // Behind two dashes nothing is an option.
            let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
            return try await Program.gatehouse(arguments[..<end] + options + arguments[end...])
        }

        /// Places an order, and waits until the last of its records is there.
        private func order() async throws -> String {
            let stack = try OnOneStack.stack()
            let placed = try await stack.placeOrder("lamp", stack.makeUser("wanda").accessToken)
            #expect(placed.status == 201)
            let transactionID = try #require(placed.header(HeaderName.transactionID))
            _ = try await stack.story(of: transactionID, until: OrderOnBehalf.services)
            return transactionID
        }

        @Test func `why tells an order from the gateway to Users`() async throws {
            let outcome = try await gatehouse("why", "--", order())
            #expect(outcome.status == 0, "\(outcome.error)")
            for part in [
                "\n✓ gateway  POST /orders", "\n└─ ✓ orders-api  POST /orders", "\n   ├─ ✓ token-exchange  POST",
                "\n   └─ ✓ users-api  GET /internal/users/", "actor added: orders-api", "allowed by all",
            ] { #expect(outcome.output.contains(part), "\(part) in\n\(outcome.output)") }
        }

        @Test func `why --json prints the records, and no credential`() async throws {
            let outcome = try await gatehouse("why", "--json", "--", order())
            let records = try outcome.output.split(separator: "\n").map { try JSONReader.readObject(Array($0.utf8)) }
            #expect(records.map { $0["service"]?.string } == OrderOnBehalf.services)
            #expect(!outcome.output.contains("eyJ"))
        }

        @Test func `a request of which no service knows is told as that`() async throws {
            let outcome = try await gatehouse("why", "AAAAAAAAAAAAAAAAAAAAAA")
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("no service has a record of request AAAAAAAAAAAAAAAAAAAAAA"))
            let nonsense = try await gatehouse("why", "nonsense")
            #expect(nonsense.status == 1 && nonsense.error.contains("is no id of a request"))
        }

        @Test func `audit verify passes, until one byte is another: then it names the record`() async throws {
            let transactionID = try await order()
            let whole = try await gatehouse("audit", "verify")
            #expect(whole.status == 0, "\(whole.output)\(whole.error)")
            #expect(whole.output.split(separator: "\n").count { $0.hasPrefix("✓") } == StackService.all.count)

            let copy = try AuditCopy(of: OnOneStack.stack())
            defer { copy.remove() }
            let untouched = try await copy.verify()
            #expect(untouched.status == 0, "\(untouched.error)")
            let line = try Self.edit(copy, transactionID: transactionID)
            let edited = try await copy.verify()
            #expect(edited.status == 1)
            #expect(edited.error.contains("orders-api"), "\(edited.error)")
            #expect(edited.error.contains("line \(line)"), "\(edited.error)")
            #expect(edited.output.split(separator: "\n").count { $0.hasPrefix("✓") } == StackService.all.count - 1)
        }

        @Test func `audit search and export find what the filters ask for, and nothing is told with 1`() async throws {
            let transactionID = try await order()
            let found = try await gatehouse("audit", "search", "--txn=\(transactionID)", "--service", "users-api")
            #expect(found.status == 0, "\(found.error)")
            #expect(found.output.split(separator: "\n").count == 2, "a heading and one record: \(found.output)")
            let exported = try await gatehouse("audit", "export", "--txn=\(transactionID)", "--event", "tokenExchange")
            let record = try JSONReader.readObject(Array(exported.output.utf8.dropLast()))
            #expect(record["issued"]?.array?.count == 1)
            let nothing = try await gatehouse("audit", "search", "--txn=\(transactionID)", "--outcome", "denied")
            #expect(nothing.status == 1 && nothing.error.contains("no such record"))
        }

        /// Makes a PUT out of a POST, at Orders.
        ///
        /// - Gives: the number of the line.
        private static func edit(_ copy: AuditCopy, transactionID: String) throws -> Int {
            for log in try copy.logs(of: .ordersAPI) {
                let line = try copy.change(log) { lines in
                    let index = lines.firstIndex { $0.contains(transactionID) }
                    if let index { lines[index] = lines[index].replacing("POST", with: "PUT") }
                    return index.map { $0 + 1 }
                }
                if let line { return line }
            }
            throw ScenarioFailure(expectation: "a record of \(transactionID)", seen: "none")
        }
    }
}
