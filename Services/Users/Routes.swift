import Audit
import HTTPTypes
import Hummingbird
import ResourceServerKit
import ServiceKit
import Tokens
import TokensHummingbird

/// Every path of users-api, and whose tokens open it.
func routes(_ endpoints: Endpoints) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(.problem, recordedBy: endpoints.decisions, limitedBy: endpoints.limits)

    // People: tokens of the identity provider, used by the user's own client. Two ways to know what somebody may do, beside each
    // other.
    //
    // The token is believed: `me` is its subject, and what it says was true when it was made. Costs nothing.
    let people = endpoints.access.people
    router.get("users/me", use: people.requiring(scope: "profile:read", staleness: ownData, endpoints.profile.answer))
    // The provider is asked: people who work here, the only ones who can name another user. The scope says what their app may do,
    // the provider at this moment what they may. Costs a request to it, and stops where it is away; a role that was taken away a
    // moment ago opens nothing.
    router.get(
        "users/:id",
        use: people.requiring(
            scope: "profile:all",
            staleness: askedAnyway,
            endpoints.access.truth.requiring(role: "admin", endpoints.profile.answerAnybody)
        )
    )

    // The rest of what is the user's own.
    router.put(
        "users/me",
        use: people.requiring(scope: "profile:write", staleness: .failClosed, endpoints.profile.answerUpdate)
    )
    router.get(
        "users/me/address",
        use: people.requiring(scope: "profile:read", staleness: ownData, endpoints.address.answer)
    )
    router.put(
        "users/me/address",
        use: people.requiring(scope: "profile:write", staleness: .failClosed, endpoints.address.answerUpdate)
    )
    router.get(
        "users/me/summary",
        use: people.requiring(scope: "profile:read", staleness: .failClosed, endpoints.summary.answer)
    )

    // Services: tokens of the token exchange, on a user's behalf, used by the one service named here.
    let services = endpoints.access.services
    router.get(
        "internal/users/:id/shipping-address",
        use: services.requiring(
            scope: "users.address:read",
            actor: .only("orders-api"),
            subjectInPath: "id",
            staleness: .failClosed,
            endpoints.address.answer
        )
    )
    router.get(
        "internal/users/:id/summary",
        use: services.requiring(
            scope: "users.summary:read",
            actor: .only("orders-api"),
            subjectInPath: "id",
            staleness: .failClosed,
            endpoints.summary.answer
        )
    )

    // Issuers, where the settings ask them to send: signed events, and nothing else.
    if let events = endpoints.access.revocations.events {
        router.limited(.credentials, .eventReceipt).post("events", use: events.answer)
    }
    return router
}

/// While nothing is heard of revocations, people still see what is their own, for as long as a token lives by default: a provider that is away for
/// minutes must not empty their screens, and what a stolen token could read meanwhile, it could have read the minute before. Whatever
/// changes something, goes on to another service or comes from one, stops.
private let ownData = StalenessRule.trust(secondsMax: 600)

/// However old our news of revocations is, the provider itself is asked.
private let askedAnyway = StalenessRule.trust(secondsMax: 600)

struct Endpoints: Sendable {
    let decisions: DecisionRecorder
    let limits: RateLimiter
    let access: AccessRules
    let profile: ProfileEndpoint
    let address: AddressEndpoint
    let summary: SummaryEndpoint
}
