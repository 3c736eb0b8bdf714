import Audit
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Telemetry
import Tokens
import TokensHummingbird

/// The operations listener: `/live`, `/ready` for whoever starts the process, `/metrics` for whoever scrapes it, `/ops/…` for whoever
/// holds the operator key.
func operationsRouter(
    _ service: AssembledService,
    operatorKey: Credential,
    recorder: DecisionRecorder,
    metrics: PrometheusRegistry,
    limiter: RateLimiter,
    clock: MovableClock?,
    shutdown: ShutdownNotice
) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(.problem, .anybody, recordedBy: recorder, limitedBy: limiter)
    let (readiness, clockMoved) = (service.readiness, service.clockMoved)
    router.get("live") { _, _ in Response.json(["live": true]) }
    router.get("ready") { _, context in
        do {
            // Whoever sends requests here should send them elsewhere, while those that have come are still answered.
            guard !shutdown.isGiven else { throw ServiceStops() }
            try await readiness()
            return Response.json(["ready": true])
        } catch {
            context.logger.debug("not ready", metadata: ["waitingFor": "\(error)"])
            return Response.json(["ready": false, "waitingFor": .string("\(error)")], status: .serviceUnavailable)
        }
    }
    router.get("metrics") { _, _ in
        Response(
            status: .ok,
            headers: [.contentType: PrometheusRegistry.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text()))
        )
    }
    let operations = router.group("ops").add(middleware: OperatorKeyMiddleware(key: operatorKey))
    operations.get("audit") { _, _ in Response.json(recorder.audit.state.document) }
    service.operations(operations)
    if let clock {
        operations.post("clock") { request, context in
            // A year at most: longer than anything here lives, and far from where arithmetic with dates would end.
            guard let seconds = try await request.readJSON(context)["advanceSeconds"]?.integer,
                (0...31_536_000).contains(seconds)
            else { throw Refusal.bodyMalformed }
            let now = clock.advance(bySeconds: seconds)
            try await clockMoved()
            return Response.json(["now": .integer(now.secondsSinceEpoch)])
        }
    }
    return router
}

private struct ServiceStops: Error, CustomStringConvertible {
    var description: String { "nothing: the service is shutting down" }
}

/// Lets through whoever presents the operator key as a bearer token.
private struct OperatorKeyMiddleware: RouterMiddleware {
    let key: Credential

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        try context.decision.begin(.operation)
        guard try PresentedToken(reading: request, address: nil).credential.matches(key) else {
            try context.limits.countOperatorFailure()
            throw Refusal.operatorKeyWrong
        }
        return try await next(request, context)
    }
}
