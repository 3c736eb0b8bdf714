import Audit
import HTTPTypes
import Hummingbird
import ResourceServerKit
import ServiceKit
import Tokens
import TokensHummingbird

/// Every path of orders-api, and whose tokens open it.
func routes(_ endpoints: Endpoints) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(.problem, recordedBy: endpoints.decisions, limitedBy: endpoints.limits)

    // People: tokens of the identity provider, used by the user's own client.
    let people = endpoints.access.people
    router.post("orders", use: people.requiring(scope: "orders:write", staleness: .failClosed, endpoints.create.answer))
    router.get("orders", use: people.requiring(scope: "orders:read", staleness: ownOrders, endpoints.read.answerList))
    router.get("orders/:id", use: people.requiring(scope: "orders:read", staleness: ownOrders, endpoints.read.answer))
    router.get(
        "orders/:id/receipt",
        use: people.requiring(scope: "orders:read", staleness: .failClosed, endpoints.receipt.answer)
    )

    // People who work here, too; two ways to know what somebody may do, beside each other.
    //
    // It is believed: `orders:admin` stands in the token, and was true when the token was made. Costs nothing; that somebody has lost
    // the role, this service learns from its feed, seconds later.
    router.post(
        "orders/:id/cancel",
        use: people.requiring(scope: "orders:write", staleness: .failClosed, endpoints.cancel.answer)
    )
    // It is asked: the scope says what the app may do, and the provider at this moment what its user may. Costs a request to it for
    // each one here, and nothing goes where the provider is away; a role that was taken away a moment ago opens nothing.
    router.get(
        "orders/all",
        use: people.requiring(
            scope: "orders:all",
            staleness: askedAnyway,
            endpoints.access.truth.requiring(role: "admin", endpoints.all.answer)
        )
    )

    // Services: tokens of the token exchange, on a user's behalf, used by the one service named here.
    let services = endpoints.access.services
    router.get(
        "internal/users/:id/order-count",
        use: services.requiring(
            scope: "orders.count:read",
            actor: .only("users-api"),
            subjectInPath: "id",
            staleness: .failClosed,
            endpoints.count.answer
        )
    )

    // Issuers, where the settings ask them to send: signed events, and nothing else.
    if let events = endpoints.access.revocations.events {
        router.limited(.credentials, .eventReceipt).post("events", use: events.answer)
    }
    return router
}

/// While nothing is heard of revocations, people still see their own orders, for as long as a token lives by default: a provider that is away for
/// minutes must not empty their screens, and what a stolen token could read meanwhile, it could have read the minute before. Whatever
/// changes something, or goes on to another service, stops.
private let ownOrders = StalenessRule.trust(secondsMax: 600)

/// However old our news of revocations is, the provider itself is asked.
private let askedAnyway = StalenessRule.trust(secondsMax: 600)

struct Endpoints: Sendable {
    let decisions: DecisionRecorder
    let limits: RateLimiter
    let access: AccessRules
    let create: CreateOrder
    let read: ReadOrders
    let all: AllOrders
    let cancel: CancelOrder
    let receipt: OrderReceipt
    let count: OrderCount
}
