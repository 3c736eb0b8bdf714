import Hummingbird
import ServiceKit
import Tokens

/// `POST /orders/{id}/cancel`: by its owner, or by somebody with `orders:admin`.
///
/// - Gives: 200 and the order without its address. Cancelling twice is cancelling once.
/// - Refuses: `resourceNotFound`, for a foreign order too. A 403 would tell a stranger that the order exists.
struct CancelOrder: Sendable {
    let orders: OrderStore
    let clock: any WallClock

    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let order = try await orders.cancel(
            context.parameters.require("id"),
            by: caller.claims.scope.contains("orders:admin") ? .administrator : .owner(caller.claims.subject),
            now: clock.now()
        )
        return .json(order.summary)
    }
}
