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
    /// A service that runs on other people's keys and revocations: it keeps both fresh, and is ready when it has them.
    public init(
        router: Router<ServiceContext>,
        keys: RemoteKeySet,
        revocations: Revocations,
        shutdown: @escaping @Sendable () async -> Void = {}
    ) {
        self.init(
            router: router,
            operations: { revocations.addOperations(to: $0) },
            background: [keys] + revocations.feeds,
            readiness: {
                try await keys.warmUp()
                try revocations.requireCaughtUp()
            },
            clockMoved: {
                await keys.refreshDue()
                await revocations.catchUp()
            },
            shutdown: shutdown
        )
    }
}
