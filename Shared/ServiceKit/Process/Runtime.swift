public import Audit
public import Logging
public import NIOCore
import NIOPosix
import ServiceLifecycle
public import Telemetry
public import Tokens

/// What every service is given: its name, its clock, its logger, its way to see a peer's certificate.
public struct Runtime: Sendable {
    public let name: String
    public let environment: Environment
    public let clock: any WallClock
    public let logger: Logger
    public let peers: any PeerCertificateSource
    /// Keeps what the service decides.
    public let decisions: DecisionRecorder
    /// Holds callers to what they may ask of it.
    public let limits: RateLimiter
    /// For clients of other services; nil in tests without sockets.
    public let tls: TLSFiles?
    public let eventLoopGroup: any EventLoopGroup
    /// What `/metrics` shows.
    public internal(set) var metrics = PrometheusRegistry()
    /// What runs beside every service.
    var background: [any Service] = []

    /// The files with which this service calls others.
    public func requireTLS() throws(SettingsError) -> TLSFiles {
        guard let tls else {
            throw SettingsError(key: "tls.certificateFile", problem: "it has no value", fix: "set the tls files")
        }
        return tls
    }

    /// A runtime without sockets: every request comes from `peer`.
    ///
    /// - Parameter limits: nil for the defaults.
    public static func test(
        name: String,
        clock: any WallClock,
        peer: PeerCertificate? = nil,
        audit: any AuditSink = AuditMemory(),
        limits: RateLimiter? = nil
    ) -> Runtime {
        var logger = Logger(label: name)
        logger.logLevel = .critical
        let peers = FixedPeer(peer: peer)
        return Runtime(
            name: name,
            environment: .test,
            clock: clock,
            logger: logger,
            peers: peers,
            decisions: DecisionRecorder(service: name, audit: audit, clock: clock, peers: peers),
            limits: limits ?? RateLimiter(clock: clock),
            tls: nil,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton
        )
    }
}

extension DecisionRecorder {
    /// A recorder without files.
    ///
    /// - Parameter peers: nil where nobody shows a certificate.
    public static func test(
        _ audit: any AuditSink = AuditMemory(),
        service: String = "test",
        clock: any WallClock = SystemClock(),
        peers: (any PeerCertificateSource)? = nil
    ) -> DecisionRecorder {
        DecisionRecorder(service: service, audit: audit, clock: clock, peers: peers ?? FixedPeer(peer: nil))
    }
}
