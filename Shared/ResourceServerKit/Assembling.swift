public import Hummingbird
public import ServiceKit
public import TokenClient

extension Runtime {
    /// Assembles a service that calls others with its own certificate; the connections end with the service.
    ///
    /// - Parameters:
    ///   - timeoutSeconds: for one call.
    ///   - assemble: gets the sender; tests call the same with one that answers out of memory.
    public func assembleCaller(
        timeoutSeconds: Int64,
        _ assemble: (any HTTPSender) async throws -> AssembledService
    ) async throws -> AssembledService {
        let tls = try requireTLS()
        let client = try HTTPSClient(
            certificateFile: tls.certificate,
            privateKeyFile: tls.privateKey,
            trustRootsFile: tls.trustRoots,
            timeoutSeconds: timeoutSeconds,
            eventLoopGroup: eventLoopGroup
        )
        return try await assemble(client).closingFirst { await client.shutdown() }
    }
}

extension AssembledService {
    /// A service that runs on other people's keys: it keeps them fresh, and is ready when it has them.
    public init(
        router: Router<ServiceContext>,
        keys: RemoteKeySet,
        shutdown: @escaping @Sendable () async -> Void = {}
    ) {
        self.init(
            router: router,
            background: [keys],
            readiness: { try await keys.warmUp() },
            clockMoved: { await keys.refreshDue() },
            shutdown: shutdown
        )
    }
}
