public import Hummingbird
public import ServiceLifecycle

/// A service, put together: its public routes, and what else has to run, be ready and be shut down with it.
public struct AssembledService {
    /// Every public path.
    ///
    /// When the service stops, requests under way have five seconds to be answered. A handler that waits on purpose (a long poll)
    /// ends its waiting by itself: a `withGracefulShutdownHandler` around it is called at the moment when the listener stops, and
    /// wakes it to an empty answer.
    public let router: Router<ServiceContext>
    /// Adds what this service offers under `/ops`; the operator key is checked before.
    let operations: @Sendable (RouterGroup<ServiceContext>) -> Void
    let background: [any Service]
    let readiness: @Sendable () async throws -> Void
    let clockMoved: @Sendable () async throws -> Void
    /// Closes what the service has opened; for whoever runs it without `ServiceProcess`, as tests do.
    public private(set) var shutdown: @Sendable () async -> Void

    /// - Parameters:
    ///   - readiness: throws what the service is still waiting for.
    ///   - clockMoved: does at once what timers would have done by now; called after a test has moved the clock.
    ///   - shutdown: closes files and connections, after the last request.
    public init(
        router: Router<ServiceContext>,
        operations: @escaping @Sendable (RouterGroup<ServiceContext>) -> Void = { _ in },
        background: [any Service] = [],
        readiness: @escaping @Sendable () async throws -> Void = {},
        clockMoved: @escaping @Sendable () async throws -> Void = {},
        shutdown: @escaping @Sendable () async -> Void = {}
    ) {
        router.refuseOtherMethods()
        self.router = router
        self.operations = operations
        self.background = background
        self.readiness = readiness
        self.clockMoved = clockMoved
        self.shutdown = shutdown
    }

    /// The same service, which closes something of its caller's before what it has opened itself.
    public func closingFirst(_ close: @escaping @Sendable () async -> Void) -> AssembledService {
        var service = self
        service.shutdown = { [shutdown] in
            await close()
            await shutdown()
        }
        return service
    }
}
