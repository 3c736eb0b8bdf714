import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// One door of a service: a port, the routes behind it, and what everybody who connects is held to.
///
/// It closes gracefully: nobody new is let in, idle connections are closed, requests under way are answered, each with
/// `Connection: close`, and what is not answered when `limits.drain` is over is cut off.
struct Listener: Service {
    let responder: RouterResponder<ServiceContext>
    let host: String
    let port: Int
    /// Nil for plain HTTP.
    let tls: TLSConfiguration?
    let limits: ConnectionLimits
    let recorder: DecisionRecorder
    let eventLoopGroup: any EventLoopGroup
    let logger: Logger
    /// Given at the moment this listener is asked to stop.
    let shutdown: ShutdownNotice
    /// Called when connections are accepted: tests let the system choose the port.
    let onOpening: @Sendable (any Channel) async -> Void

    func run() async throws {
        let application = Application(
            responder: responder,
            server: try server,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: .maximum(limits.connectionsMax, logger: logger)
            ),
            onServerRunning: onOpening,
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: logger
        )
        try await withGracefulShutdownHandler {
            try await application.run()
        } onGracefulShutdown: {
            shutdown.give()
        }
    }

    private var server: HTTPServerBuilder {
        get throws {
            let (limits, isTLS, shutdown, recorder, logger) = (limits, tls != nil, shutdown, recorder, logger)
            let http = HTTPServerBuilder.http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [
                        UnreadRequests(recorder, logger: logger),
                        ConnectionDeadlines(limits, isTLS: isTLS, shutdown: shutdown),
                    ],
                    // Fields of 16 KiB in all hold the largest token twice.
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 * 1024,
                        maxHeaderListSize: 16 * 1024,
                        maxHeaderFieldCount: 100
                    )
                )
            )
            return try tls.map { try .tls(http, tlsConfiguration: $0) } ?? http
        }
    }
}

/// Whether a listener has been asked to stop.
final class ShutdownNotice: Sendable {
    private let given = Atomic(false)

    var isGiven: Bool { given.load(ordering: .relaxed) }

    func give() { given.store(true, ordering: .relaxed) }
}

extension TLSFiles {
    /// TLS 1.3; a client certificate is welcome and, where shown, must come from the authority of the house (RFC 8705 §2).
    func serverConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: privateKey, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv13
        configuration.trustRoots = .file(trustRoots)
        configuration.certificateVerification = .optionalVerification
        // A client that is not reading keeps nobody from stopping: TLS 1.3 does not ask to wait for its close_notify.
        configuration.shutdownTimeout = .milliseconds(500)
        return configuration
    }
}
