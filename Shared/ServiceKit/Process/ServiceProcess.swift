import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
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
        let runtime = Runtime(
            name: name,
            environment: common.environment,
            clock: movableClock ?? SystemClock(),
            logger: logger(name, level: common.logLevel),
            peers: TLSPeerCertificates(),
            tls: common.tls,
            eventLoopGroup: group
        )
        // Handlers stay on the one event loop that reads and writes their connection: no hop between threads per request.
        try await withTaskExecutorPreference(EventLoopTaskExecutor(loop: group.next())) {
            let service = try await assemble(runtime)
            do {
                try await serve(service, common, runtime, clock: movableClock)
            } catch {
                // A port is occupied, say: what the service has opened is closed all the same.
                await service.shutdown()
                throw error
            }
            await service.shutdown()
        }
        try await group.shutdownGracefully()
    }

    private static func serve(
        _ service: AssembledService,
        _ common: CommonSettings,
        _ runtime: Runtime,
        clock: MovableClock?
    ) async throws {
        let operations = operationsRouter(service, operatorKey: common.operatorKey, clock: clock)
        let services: [any Service] =
            service.background + [
                try publicListener(service.router, common, runtime),
                operationsListener(operations, common, runtime),
            ]
        runtime.logger.info(
            "starting",
            metadata: ["port": "\(common.port)", "environment": "\(common.environment)"]
        )
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: runtime.logger
            )
        ).run()
    }

    private static func logger(_ name: String, level: Logger.Level) -> Logger {
        var logger = Logger(label: name, factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = level
        return logger
    }

    private static func publicListener(
        _ router: Router<ServiceContext>,
        _ common: CommonSettings,
        _ runtime: Runtime
    ) throws -> some ApplicationProtocol {
        Application(
            router: router,
            server: try .tls(.http1(configuration: connection), tlsConfiguration: serverTLS(common.tls)),
            configuration: ApplicationConfiguration(address: .hostname(common.host, port: common.port)),
            eventLoopGroupProvider: .shared(runtime.eventLoopGroup),
            logger: runtime.logger
        )
    }

    private static func operationsListener(
        _ router: Router<ServiceContext>,
        _ common: CommonSettings,
        _ runtime: Runtime
    ) -> some ApplicationProtocol {
        Application(
            router: router,
            server: .http1(configuration: connection),
            configuration: ApplicationConfiguration(
                address: .hostname(common.operationsHost, port: common.operationsPort)
            ),
            eventLoopGroupProvider: .shared(runtime.eventLoopGroup),
            logger: runtime.logger
        )
    }

    /// Header fields of 16 KiB in all hold the largest token twice; a connection that says nothing for a minute is closed.
    private static let connection = HTTP1Channel.Configuration(
        idleTimeout: .seconds(60),
        httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 * 1024,
            maxHeaderListSize: 16 * 1024,
            maxHeaderFieldCount: 100
        )
    )

    /// TLS 1.3; a client certificate is welcome and, where shown, must come from the authority of the house (RFC 8705 §2).
    private static func serverTLS(_ files: TLSFiles) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: files.privateKey, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv13
        configuration.trustRoots = .file(files.trustRoots)
        configuration.certificateVerification = .optionalVerification
        // A client that is not reading keeps nobody from stopping: TLS 1.3 does not ask to wait for its close_notify.
        configuration.shutdownTimeout = .milliseconds(500)
        return configuration
    }
}

/// Runs tasks on one event loop.
private final class EventLoopTaskExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
