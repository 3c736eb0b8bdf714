import Audit
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Telemetry
import Tokens
import UnixSignals

/// Runs one service until SIGTERM: settings in, service assembled, two listeners up.
public enum ServiceProcess {
    /// - Parameters:
    ///   - name: the service's name, as in the table of services.
    ///   - assemble: makes the service out of its settings. What it throws is printed for whoever started the process, exit status 1.
    public static func run(
        _ name: String,
        assemble: @Sendable (SettingsReader, Runtime) async throws -> AssembledService
    ) async {
        Supervision.endWithSupervisor()
        OpenFiles.raiseLimit()
        do {
            let settings = try await SettingsReader.ofThisProcess()
            let common = try CommonSettings(reading: settings)
            try await run(name, common) { runtime in
                let service = try await assemble(settings, runtime)
                do { try settings.requireAllRead() } catch {
                    await service.shutdown()
                    throw error
                }
                return service
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            exit(name, "a port is occupied (\(error)). To fix it: stop the other process, or set GATEHOUSE_PORT")
        } catch {
            exit(name, "\(error)")
        }
    }

    private static func exit(_ name: String, _ reason: String) -> Never {
        FileHandle.standardError.write(Data("\(name) cannot run: \(reason)\n".utf8))
        Foundation.exit(1)
    }

    private static func run(
        _ name: String,
        _ common: CommonSettings,
        assemble: @Sendable (Runtime) async throws -> AssembledService
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let movableClock = common.environment == .test ? MovableClock() : nil
        let clock: any WallClock = movableClock ?? SystemClock()
        let logger = logger(name, level: common.logLevel)
        // Handlers stay on the one event loop that reads and writes their connection: no hop between threads per request.
        try await withTaskExecutorPreference(EventLoopTaskExecutor(loop: group.next())) {
            try await withAuditLog(common, of: name, clock, logger) { log in
                let runtime = runtime(name, common, clock: clock, logger: logger, audit: log, on: group)
                try await runtime.decisions.record(.serviceStart) { $0.details = log.opening.details }
                try await run(common, runtime, clock: movableClock, assemble: assemble)
            }
        }
        try await group.shutdownGracefully()
    }

    private static func runtime(
        _ name: String,
        _ common: CommonSettings,
        clock: any WallClock,
        logger: Logger,
        audit: AuditLog,
        on group: any EventLoopGroup
    ) -> Runtime {
        let peers = TLSPeerCertificates(common.tls)
        let metrics = PrometheusRegistry.ofProcess(startedAt: clock.now())
        let spans = common.tracingEndpoint.map { endpoint in
            SpanExporter(endpoint: endpoint, service: name, registry: metrics, eventLoopGroup: group, logger: logger)
        }
        metrics.show(audit, clock: clock)
        let folded = FoldedRefusals(audit, clock: clock, logger: logger)
        let check = AuditCheck(audit, common.audit, of: name, registry: metrics, logger: logger)
        return Runtime(
            name: name,
            environment: common.environment,
            clock: clock,
            logger: logger,
            peers: peers,
            decisions: DecisionRecorder(
                service: name,
                audit: folded,
                clock: clock,
                peers: peers,
                observers: [DecisionMetrics(metrics)] + (spans.map { [DecisionSpans(exporter: $0)] } ?? [])
            ),
            limits: RateLimiter(common.limits, clock: clock),
            tls: common.tls,
            eventLoopGroup: group,
            metrics: metrics,
            background: [folded] + (spans.map { [$0] } ?? []) + [check]
        )
    }

    private static func run(
        _ common: CommonSettings,
        _ runtime: Runtime,
        clock: MovableClock?,
        assemble: @Sendable (Runtime) async throws -> AssembledService
    ) async throws {
        let service = try await assemble(runtime)
        do {
            let doors = ServiceDoors(common, runtime, clock: clock)
            let services = try doors.group(of: service, signals: [.sigterm, .sigint])
            runtime.logger.info(
                "starting",
                metadata: ["port": "\(common.port)", "environment": "\(common.environment)"]
            )
            try await services.run()
        } catch {
            // A port is occupied, say: what the service has opened is closed all the same.
            await service.shutdown()
            throw error
        }
        await service.shutdown()
    }

    private static func logger(_ name: String, level: Logger.Level) -> Logger {
        var logger = Logger(label: name, factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = level
        return logger
    }
}
