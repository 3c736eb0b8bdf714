import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// `POST /orders`: places an order, to be shipped to the address that Users has for the caller.
///
/// - Takes: `{"item": …, "quantity": …}`, see `NewOrder`.
/// - Gives: 201, the order, its path in `Location`. One row written, durable before the answer.
/// - Refuses: `bodyMalformed`; `conflict` (409) as long as the caller has no address; what `OnBehalfOfClient` refuses.
struct CreateOrder: Sendable {
    let orders: OrderStore
    let customers: Customers
    let clock: any WallClock
    let makeID: @Sendable () -> String

    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        // Read and check what can be checked here, before anybody else is troubled.
        let wanted = try NewOrder(reading: await request.readJSON(context))
        // The hop. Before the write: an order is never kept without its address.
        guard let address = try await customers.shippingAddress(of: caller, context) else { throw Refusal.conflict }
        // Write, then answer.
        let order = Order(
            id: makeID(),
            owner: caller.claims.subject,
            item: wanted.item,
            quantity: wanted.quantity,
            address: address,
            placedAt: clock.now(),
            cancelledAt: nil
        )
        try await orders.insert(order)
        return .json(order.document, status: .created, headers: [.location: "/orders/\(order.id)"])
    }
}
