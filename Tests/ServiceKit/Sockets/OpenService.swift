import Audit
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Telemetry
import TestKit
import Testing
import Tokens

@testable import ServiceKit

/// A service behind its two listeners as a process has them, on one event loop and ports that the system chose.
struct OpenService {
    let publicPort: Int
    let operationsPort: Int
    let metrics: PrometheusRegistry
    private let certificateFile: String
    private let group: ServiceGroup

    /// Opens `service`, lends it to `body`, and returns when it has stopped gracefully.
    static func run(
        _ router: Router<ServiceContext>,
        limits: ConnectionLimits = .patient(),
        audit: any AuditSink = AuditMemory(),
        _ body: @escaping @Sendable (OpenService) async throws -> Void
    ) async throws {
        let service = AssembledService(router: router)
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        try await withTemporaryFolder { folder in
            try await withTaskExecutorPreference(EventLoopTaskExecutor(loop: loops.next())) {
                let files = try TLSFiles.selfSigned(in: folder)
                let runtime = Runtime.test(files, loops, audit)
                var doors = try ServiceDoors(.test(files), runtime, clock: nil)
                (doors.publicLimits, doors.operationsLimits) = (limits, limits)
                doors.shutdownMax = .seconds(300)
                let (openings, opening) = AsyncStream.makeStream(of: (ServiceDoors.Door, Int).self)
                doors.onOpening = { opening.yield(($0, $1.localAddress?.port ?? 0)) }
                let group = try doors.group(of: service)
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await group.run() }
                    var ports: [ServiceDoors.Door: Int] = [:]
                    for await (door, port) in openings {
                        ports[door] = port
                        if ports.count == 2 { break }
                    }
                    let open = OpenService(
                        publicPort: try #require(ports[.public]),
                        operationsPort: try #require(ports[.operations]),
                        metrics: runtime.metrics,
                        certificateFile: files.certificate,
                        group: group
                    )
                    try await body(open)
                    await open.shutDown()
                    try await tasks.waitForAll()
                }
            }
        }
        try await loops.shutdownGracefully()
    }

    /// As SIGTERM does; returns at once.
    func shutDown() async { await group.triggerGracefulShutdown() }

    /// A connection to the public listener, its TLS handshake under way; it begins with `words`.
    func caller(saying words: String = "", andThen dribble: String = "") async throws -> Caller {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(certificateFile)
        return try await Caller.connect(
            publicPort,
            tls: NIOSSLContext(configuration: tls),
            saying: words,
            andThen: dribble
        )
    }

    /// A connection to the operations listener.
    func operationsCaller(saying words: String = "", andThen dribble: String = "") async throws -> Caller {
        try await Caller.connect(operationsPort, saying: words, andThen: dribble)
    }
}

extension ConnectionLimits {
    /// Times that no test comes near, however busy the machine; a test shortens the one that it is about.
    static func patient(connectionsMax: Int = 64, _ shorten: (inout ConnectionLimits) -> Void = { _ in })
        -> ConnectionLimits
    {
        let long = TimeAmount.minutes(5)
        var limits = ConnectionLimits(
            connectionsMax: connectionsMax,
            handshake: long,
            head: long,
            body: long,
            answer: long,
            idle: long,
            drain: long
        )
        shorten(&limits)
        return limits
    }
}
