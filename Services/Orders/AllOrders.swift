import Hummingbird
import ServiceKit
import Tokens

/// `GET /orders/all`: the newest orders of everybody, for whoever is an administrator at this moment.
///
/// - Gives: `{"orders": […]}`, at most `countMax`, each with its owner and without its address.
struct AllOrders: Sendable {
    /// A screenful; whoever looks for an older one knows whose it is.
    static let countMax = 50

    let orders: OrderStore

    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let newest = try await orders.listNewest(limit: Self.countMax)
        let documents = newest.map { order -> JSONValue in
            var document = order.summary
            document["owner"] = .string(order.owner)
            return .object(document)
        }
        return .json(["orders": .array(documents)])
    }
}
