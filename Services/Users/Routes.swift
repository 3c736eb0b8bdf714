import HTTPTypes
import Hummingbird
import ResourceServerKit
import ServiceKit
import TokensHummingbird

/// Every path of users-api, and whose tokens open it.
func routes(_ endpoints: Endpoints) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(.problem)

    // People: tokens of the identity provider, used by the user's own client. `me` is the token's subject; there is no
    // other way to name a user here.
    let people = endpoints.access.people
    router.get("users/me", use: people.requiring(scope: "profile:read", endpoints.profile.answer))
    router.put("users/me", use: people.requiring(scope: "profile:write", endpoints.profile.answerUpdate))
    router.get("users/me/address", use: people.requiring(scope: "profile:read", endpoints.address.answer))
    router.put("users/me/address", use: people.requiring(scope: "profile:write", endpoints.address.answerUpdate))
    router.get("users/me/summary", use: people.requiring(scope: "profile:read", endpoints.summary.answer))

    // Services: tokens of the token exchange, on a user's behalf, used by the one service named here.
    let services = endpoints.access.services
    router.get(
        "internal/users/:id/shipping-address",
        use: services.requiring(
            scope: "users.address:read",
            actor: .only("orders-api"),
            subjectInPath: "id",
            endpoints.address.answer
        )
    )
    router.get(
        "internal/users/:id/summary",
        use: services.requiring(
            scope: "users.summary:read",
            actor: .only("orders-api"),
            subjectInPath: "id",
            endpoints.summary.answer
        )
    )
    return router
}

struct Endpoints: Sendable {
    let access: AccessRules
    let profile: ProfileEndpoint
    let address: AddressEndpoint
    let summary: SummaryEndpoint
}
