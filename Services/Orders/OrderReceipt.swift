import Hummingbird
import ServiceKit
import Tokens

/// `GET /orders/{id}/receipt`: the order beside what Users says about its owner at this moment.
///
/// - Gives: `{"order": …, "customer": {"name", "email", "orderCount"}}`.
/// - Refuses: `resourceNotFound`, before Users is asked; what `OnBehalfOfClient` refuses.
struct OrderReceipt: Sendable {
    let orders: OrderStore
    let customers: Customers

    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let order = try await orders.find(context.parameters.require("id"), owner: caller.claims.subject)
        let customer = try await customers.summary(of: caller, context)
        return .json(["order": .object(order.document), "customer": .object(customer)])
    }
}
