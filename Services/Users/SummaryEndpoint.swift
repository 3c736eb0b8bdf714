import Hummingbird
import ServiceKit
import TokenClient
import Tokens

/// `GET /users/me/summary` for the user, `GET /internal/users/{id}/summary` for Orders: the profile beside the number
/// of orders, which Users asks of Orders.
///
/// Asked by the user, the token of that hop has one actor, Users. Asked by Orders, it has two: Users, acting after
/// Orders. Both are the same code: what is exchanged is the token that came in.
struct SummaryEndpoint: Sendable {
    let profiles: ProfileStore
    let orders: OnBehalfOfClient

    /// - Gives: `{"name", "email", "orderCount"}`.
    /// - Refuses: what `OnBehalfOfClient` refuses.
    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let count = try await orders.get(
            "/internal/users/\(FormParameters.percentEncode(caller.claims.subject))/order-count",
            scope: ["orders.count:read"],
            for: caller,
            trace: context.trace
        )
        guard let count, let orderCount = count["orderCount"]?.integer else {
            throw orders.unexpected(count == nil ? 404 : 200)
        }
        let profile = try await profiles.profile(of: caller.claims.subject)
        return .json([
            "name": .optional(profile.name), "email": .optional(profile.email), "orderCount": .integer(orderCount),
        ])
    }
}
