import ServiceKit
import TokenClient
import Tokens

/// Users, as Orders sees it: two questions, each asked on the customer's behalf with a token for that one question.
struct Customers: Sendable {
    let users: OnBehalfOfClient

    /// Nil when the customer has none yet.
    func shippingAddress(
        of caller: VerifiedToken<AccessTokenClaims>,
        _ context: ServiceContext
    ) async throws -> ShippingAddress? {
        let path = "/internal/users/\(FormParameters.percentEncode(caller.claims.subject))/shipping-address"
        let answer = try await users.get(
            path,
            scope: ["users.address:read"],
            for: caller,
            trace: context.trace
        )
        guard let answer else { return nil }
        guard let address = ShippingAddress(reading: answer) else { throw users.unexpected() }
        return address
    }

    /// What a receipt says about the customer. Users asks us back for the number of orders: the token it comes with
    /// carries two actors.
    func summary(of caller: VerifiedToken<AccessTokenClaims>, _ context: ServiceContext) async throws -> JSONObject {
        let path = "/internal/users/\(FormParameters.percentEncode(caller.claims.subject))/summary"
        let answer = try await users.get(
            path,
            scope: ["users.summary:read"],
            for: caller,
            trace: context.trace
        )
        guard let answer, let orderCount = answer["orderCount"]?.integer else {
            throw users.unexpected(answer == nil ? 404 : 200)
        }
        // Only what a receipt needs: a member that Users adds one day does not leave through here.
        return [
            "name": answer["name"] ?? .null, "email": answer["email"] ?? .null, "orderCount": .integer(orderCount),
        ]
    }
}
