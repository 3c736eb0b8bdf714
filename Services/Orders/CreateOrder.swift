import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// `POST /orders`: places an order, to be shipped to the address that Users has for the caller.
///
/// - Takes: `{"item": …, "quantity": …}`, see `NewOrder`; an `IdempotencyKey` of the client's choice, or none.
/// - Gives: 201, the order, its path in `Location`. One row written, durable before the answer. For a day the same key
///   gives the same answer again and writes nothing, whether the first was lost on its way or is not there yet.
/// - Refuses: `bodyMalformed`; `conflict` (409) as long as the caller has no address; `idempotencyKeyReused` (422) for
///   another order by the same key; what `IdempotencyKey` and `OnBehalfOfClient` refuse.
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
        let key = try IdempotencyKey(reading: request.headers, of: caller.claims)
        if let key, let placed = try await orders.find(key) { return try answer(placed, to: wanted) }
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
        return try answer(await orders.insert(order, under: key), to: wanted)
    }

    /// As it was when the order was placed, whatever has become of it since.
    private func answer(_ order: Order, to wanted: NewOrder) throws(Refusal) -> Response {
        guard order.item == wanted.item, order.quantity == wanted.quantity else { throw .idempotencyKeyReused }
        var placed = order
        placed.cancelledAt = nil
        return .json(placed.document, status: .created, headers: [.location: "/orders/\(placed.id)"])
    }
}
