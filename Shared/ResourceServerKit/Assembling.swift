public import Hummingbird
public import ServiceKit
public import ServiceLifecycle
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
    /// `background` and `clockMoved` are what it does of its own besides.
    public init(
        router: Router<ServiceContext>,
        keys: RemoteKeySet,
        revocations: Revocations,
        background: [any Service] = [],
        clockMoved: @escaping @Sendable () async throws -> Void = {},
        shutdown: @escaping @Sendable () async -> Void = {}
    ) {
        self.init(
            router: router,
            operations: { revocations.addOperations(to: $0) },
            background: [keys] + revocations.feeds + background,
            readiness: {
                try await keys.warmUp()
                try revocations.requireCaughtUp()
            },
            clockMoved: {
                await keys.refreshDue()
                await revocations.catchUp()
                try await clockMoved()
            },
            shutdown: shutdown
        )
    }
}
