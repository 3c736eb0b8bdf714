import HTTPTypes
import Hummingbird
import ResourceServerKit
import ServiceKit
import TokensHummingbird

/// Every path of orders-api, and whose tokens open it.
func routes(_ endpoints: Endpoints) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(.problem)

    // People: tokens of the identity provider, used by the user's own client.
    let people = endpoints.access.people
    router.post("orders", use: people.requiring(scope: "orders:write", endpoints.create.answer))
    router.get("orders", use: people.requiring(scope: "orders:read", endpoints.read.answerList))
    router.get("orders/:id", use: people.requiring(scope: "orders:read", endpoints.read.answer))
    router.post("orders/:id/cancel", use: people.requiring(scope: "orders:write", endpoints.cancel.answer))
    router.get("orders/:id/receipt", use: people.requiring(scope: "orders:read", endpoints.receipt.answer))

    // Services: tokens of the token exchange, on a user's behalf, used by the one service named here.
    let services = endpoints.access.services
    router.get(
        "internal/users/:id/order-count",
        use: services.requiring(
            scope: "orders.count:read",
            actor: .only("users-api"),
            subjectInPath: "id",
            endpoints.count.answer
        )
    )
    return router
}

struct Endpoints: Sendable {
    let access: AccessRules
    let create: CreateOrder
    let read: ReadOrders
    let cancel: CancelOrder
    let receipt: OrderReceipt
    let count: OrderCount
}
