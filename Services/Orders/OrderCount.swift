import Hummingbird
import ServiceKit
import Tokens

/// `GET /internal/users/{id}/order-count`: how many orders a user has placed, for Users, on that user's behalf.
///
/// - Refuses: `subjectMismatch` when the path names another user than the token: a token for Alice reads nothing of
///   Bob.
struct OrderCount: Sendable {
    let orders: OrderStore

    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        try caller.requireSubject(inPath: context.parameters.require("id"))
        return .json(["orderCount": .integer(try await orders.count(owner: caller.claims.subject))])
    }
}
