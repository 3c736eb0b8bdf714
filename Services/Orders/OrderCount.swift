import Hummingbird
import ServiceKit
import Tokens

/// `GET /internal/users/{id}/order-count`: how many orders a user has placed, for Users, on that user's behalf.
struct OrderCount: Sendable {
    let orders: OrderStore

    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        return .json(["orderCount": .integer(try await orders.count(owner: caller.claims.subject))])
    }
}
