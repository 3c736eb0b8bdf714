import Hummingbird
import ServiceKit
import TokenClient
import Tokens

/// What the gateway is made of, in production: it calls the services with its own certificate.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    let tls = try runtime.requireTLS()
    let client = try MutualTLSClient(
        certificateFile: tls.certificate,
        privateKeyFile: tls.privateKey,
        trustRootsFile: tls.trustRoots,
        timeoutSeconds: settings.upstreamTimeoutSeconds,
        eventLoopGroup: runtime.eventLoopGroup
    )
    return assemble(settings, runtime, sender: client) { await client.shutdown() }
}

/// The same with any sender; tests bring one that answers out of memory.
func assemble(
    _ settings: Settings,
    _ runtime: Runtime,
    sender: any HTTPSender,
    shutdown: @escaping @Sendable () async -> Void = {}
) -> AssembledService {
    let keys = RemoteKeySet(
        sources: [(issuer: settings.issuer, keySetURL: settings.keySetURL)],
        sender: sender,
        clock: runtime.clock,
        logger: runtime.logger
    )
    func forwarder(_ upstream: Upstream) -> Forwarder {
        Forwarder(
            address: upstream.address,
            validator: TokenValidator(
                issuers: [settings.issuer],
                audience: upstream.audience,
                algorithms: [.es256],
                keys: keys,
                clock: runtime.clock,
                cache: VerifiedTokenCache()
            ),
            sender: sender,
            requestBytesMax: settings.requestBytesMax
        )
    }
    return AssembledService(
        router: routes(Endpoints(orders: forwarder(settings.orders), users: forwarder(settings.users))),
        background: [keys],
        readiness: { try await keys.warmUp() },
        clockMoved: { await keys.refreshDue() },
        shutdown: shutdown
    )
}
