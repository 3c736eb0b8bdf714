import Hummingbird
import ServiceKit
import Tokens

/// `GET /orders` and `GET /orders/{id}`: the caller's own orders, and nobody else's, whatever else the token allows.
struct ReadOrders: Sendable {
    let orders: OrderStore

    /// One order.
    ///
    /// - Refuses: `resourceNotFound`.
    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let order = try await orders.find(context.parameters.require("id"), owner: caller.claims.subject)
        return .json(order.document)
    }

    /// A page of orders, newest first.
    ///
    /// - Takes: `limit`, 1–100, default 20; `after`, the `next` of the page before.
    /// - Gives: `{"orders": […]}`, with `next` when there are more.
    /// - Refuses: `parameterMalformed`, `parameterDuplicated`.
    func answerList(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let query = try FormParameters(reading: request.queryText)
        let limit = try Self.limit(query)
        // One more than asked for tells whether there is a next page.
        let found = try await orders.list(
            owner: caller.claims.subject,
            limit: limit + 1,
            after: query.optional("after")
        )
        let page = found.prefix(limit)
        var document: JSONObject = ["orders": .array(page.map { .object($0.summary) })]
        if found.count > limit { document["next"] = page.last.map { .string($0.id) } }
        return .json(document)
    }

    private static func limit(_ query: FormParameters) throws(Refusal) -> Int {
        guard let text = query.optional("limit") else { return 20 }
        guard let limit = Int(text), (1...100).contains(limit) else { throw .parameterMalformed }
        return limit
    }
}
