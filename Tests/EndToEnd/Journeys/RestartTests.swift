import Foundation
import Testing
import Tokens

@testable import Stack

/// A stack is stopped and started again on the same folder: nothing that was acknowledged is lost.
@Suite("A restart") struct RestartTests {
    private struct Kept: Sendable {
        let user: SignedInUser
        let orderID: String
    }

    @Test func `keeps users, orders, keys and refresh tokens`() async throws {
        let folder = TemporaryStack.folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        // The same ports both times: the issuers are named after them, and tokens after the issuers.
        let plan = try TemporaryStack.plan(folder)
        let kept = try await Supervisor(plan: plan).run { stack in
            let user = try await stack.makeUser("yves")
            let placed = try await stack.placeOrder("lamp", user.accessToken)
            return Kept(user: user, orderID: try #require(placed.json?["id"]?.string))
        }
        try await Supervisor(plan: plan).run { stack in
            let orders = try await stack.listOrders(kept.user.accessToken)
            #expect(orders.status == 200, "the token of before is still good: its key was kept")
            #expect(orders.json?["orders"]?.array?.first?.object?["id"]?.string == kept.orderID)
            let refreshed = try await stack.refreshed(kept.user)
            #expect(refreshed.subject == kept.user.subject)
            let again = try await stack.signInAgain(kept.user)
            #expect(again.subject == kept.user.subject)
        }
    }
}
