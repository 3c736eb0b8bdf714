import Hummingbird
import ServiceKit
import Tokens

/// `GET` and `PUT /users/me/address` for the user; `GET /internal/users/{id}/shipping-address` for Orders, on the
/// user's behalf.
struct AddressEndpoint: Sendable {
    let profiles: ProfileStore

    /// - Refuses: `resourceNotFound` until there is one.
    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        guard let address = try await profiles.address(of: caller.claims.subject) else {
            throw Refusal.resourceNotFound
        }
        return .json(address.document)
    }

    /// - Takes: see `Address`.
    /// - Refuses: `bodyMalformed`.
    func answerUpdate(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let address = try Address(reading: await request.readJSON(context))
        try await profiles.keep(address, of: caller.claims.subject)
        return .json(address.document)
    }
}
