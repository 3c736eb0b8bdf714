import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Tokens
import UnixSignals

/// A service behind its two listeners, the public one and the operations one.
struct ServiceDoors {
    enum Door { case `public`, operations }

    let common: CommonSettings
    let runtime: Runtime
    let clock: MovableClock?
    var publicLimits: ConnectionLimits
    var operationsLimits = ConnectionLimits.operations
    /// Until then connections are gone. What is left, a handler that does not notice or a background task, is cancelled; a
    /// supervisor that saw no end after 8 s would kill.
    var shutdownMax = Duration.seconds(6)
    /// Called with a listener that accepts connections.
    var onOpening: @Sendable (Door, any Channel) async -> Void = { _, _ in }

    init(_ common: CommonSettings, _ runtime: Runtime, clock: MovableClock?) {
        self.common = common
        self.runtime = runtime
        self.clock = clock
        publicLimits = ConnectionLimits(connectionsMax: common.connectionsMax)
    }

    /// Everything that runs, in the order in which it starts; it stops the other way round, one after the other.
    ///
    /// The public listener goes first: while its last requests are answered, `/ready` says already that nobody should come any
    /// more, and feeds and keys are still kept fresh for them. Spans go last, those of the last requests with them.
    func group(of service: AssembledService, signals: [UnixSignal] = []) throws -> ServiceGroup {
        let shutdown = ShutdownNotice()
        let routes = operationsRouter(
            service,
            operatorKey: common.operatorKey,
            recorder: runtime.decisions,
            metrics: runtime.metrics,
            limiter: runtime.limits,
            clock: clock,
            shutdown: shutdown
        )
        let operationsListener = Listener(
            responder: routes.buildResponder(),
            host: common.operationsHost,
            port: common.operationsPort,
            tls: nil,
            limits: operationsLimits,
            recorder: runtime.decisions,
            eventLoopGroup: runtime.eventLoopGroup,
            logger: runtime.logger,
            shutdown: ShutdownNotice(),
            onOpening: { [onOpening] in await onOpening(.operations, $0) }
        )
        let publicListener = Listener(
            responder: service.router.buildResponder(),
            host: common.host,
            port: common.port,
            tls: try common.tls.serverConfiguration(),
            limits: publicLimits,
            recorder: runtime.decisions,
            eventLoopGroup: runtime.eventLoopGroup,
            logger: runtime.logger,
            shutdown: shutdown,
            onOpening: { [onOpening] in await onOpening(.public, $0) }
        )
        let services: [any Service] =
            runtime.background + service.background + [operationsListener, publicListener]
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: signals,
            logger: runtime.logger
        )
        configuration.maximumGracefulShutdownDuration = shutdownMax
        return ServiceGroup(configuration: configuration)
    }
}
