public import Audit
public import Hummingbird

/// Gives every request its `RequestLimits`, and says on the answer what has become of them.
///
/// It stands around whatever makes answers of refusals, so that a form, a page and a problem document get the same fields.
struct LimitMiddleware: RouterMiddleware {
    let limiter: RateLimiter?

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        guard let limiter else { return try await next(request, context) }
        var context = context
        let source = limiter.source(of: context, context.certificate)
        let limits = RequestLimits(limiter, source: source, decision: context.decision)
        context.limits = limits
        var response = try await next(request, context)
        limits.settle(request.method, response.status)
        limits.write(to: &response.headers)
        return response
    }
}

/// Counts a request before its endpoint sees it.
private struct RouteLimitMiddleware: RouterMiddleware {
    let kind: LimitedRoutes
    let event: AuditEvent

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        // What is turned away here was about what the route is about; its endpoint, which may know better, is not reached.
        context.decision.note { $0.event = event }
        try context.limits.admit(kind, context.endpointPath ?? "")
        return try await next(request, context)
    }
}

extension RouterMethods where Context == ServiceContext {
    /// Routes that are limited for each network and for all strangers together, and soon closed to whoever only fails. (What stands
    /// behind a `CallerGuard` is so already.)
    ///
    /// - Parameter event: what these routes decide about.
    public func limited(_ kind: LimitedRoutes, _ event: AuditEvent) -> RouterGroup<ServiceContext> {
        group().add(middleware: RouteLimitMiddleware(kind: kind, event: event))
    }
}
