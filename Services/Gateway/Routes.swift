import Audit
import HTTPTypes
import Hummingbird
import ServiceKit

/// Every path that strangers can reach, and who answers it. There is no entrance to `/internal`, and none is made by
/// accident: what does not stand here is 404.
func routes(_ endpoints: Endpoints) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(
        .problem,
        recordedBy: endpoints.decisions,
        limitedBy: endpoints.limits
    )
    router.add(middleware: TargetHygiene())
    let limited = router.limited(.api, .forward)
    forward("orders", to: endpoints.orders, on: limited)
    forward("users", to: endpoints.users, on: limited)
    return router
}

struct Endpoints: Sendable {
    let decisions: DecisionRecorder
    let limits: RateLimiter
    let orders: Forwarder
    let users: Forwarder
}

private func forward(_ prefix: RouterPath, to forwarder: Forwarder, on router: RouterGroup<ServiceContext>) {
    for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
        router.on(prefix, method: method, use: forwarder.answer)
        router.on(prefix.appendingPath("**"), method: method, use: forwarder.answer)
    }
}
