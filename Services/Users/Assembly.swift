import Hummingbird
import ServiceKit
import Storage
import TokenClient
import Tokens

/// What users-api is made of, in production: it calls others with its own certificate.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    let tls = try runtime.requireTLS()
    let client = try MutualTLSClient(
        certificateFile: tls.certificate,
        privateKeyFile: tls.privateKey,
        trustRootsFile: tls.trustRoots,
        timeoutSeconds: settings.upstreamTimeoutSeconds,
        eventLoopGroup: runtime.eventLoopGroup
    )
    return try await assemble(settings, runtime, sender: client) { await client.shutdown() }
}

/// The same with any sender; tests bring one that answers out of memory.
func assemble(
    _ settings: Settings,
    _ runtime: Runtime,
    sender: any HTTPSender,
    shutdown: @escaping @Sendable () async -> Void = {}
) async throws -> AssembledService {
    let database = try await SQLiteDatabase.open(path: settings.databaseFile, migrations: ProfileStore.migrations)
    let profiles = ProfileStore(database: database)
    let keys = RemoteKeySet(
        sources: [settings.provider, settings.exchange].map { (issuer: $0.issuer, keySetURL: $0.keySetURL) },
        sender: sender,
        clock: runtime.clock,
        logger: runtime.logger
    )
    let endpoints = Endpoints(
        people: callerGuard(settings.provider, settings, runtime, keys),
        services: callerGuard(settings.exchange, settings, runtime, keys),
        profile: ProfileEndpoint(profiles: profiles),
        address: AddressEndpoint(profiles: profiles),
        summary: SummaryEndpoint(profiles: profiles, orders: ordersClient(settings, runtime, sender))
    )
    return AssembledService(
        router: routes(endpoints),
        background: [keys],
        readiness: { try await keys.warmUp() },
        clockMoved: { await keys.refreshDue() },
        shutdown: {
            await shutdown()
            await database.close()
        }
    )
}

/// A guard believes one issuer. People and services have each their own, so that a route opens to one kind of token
/// only, whatever its handler does.
private func callerGuard(
    _ issuer: TrustedIssuer,
    _ settings: Settings,
    _ runtime: Runtime,
    _ keys: RemoteKeySet
) -> CallerGuard {
    CallerGuard(
        validator: TokenValidator(
            issuers: [issuer.issuer],
            audience: settings.audience,
            algorithms: [.es256],
            keys: keys,
            clock: runtime.clock,
            cache: VerifiedTokenCache()
        ),
        peers: runtime.peers
    )
}

private func ordersClient(_ settings: Settings, _ runtime: Runtime, _ sender: any HTTPSender) -> OnBehalfOfClient {
    let actorTokens = ServiceTokenSource(
        tokenEndpoint: settings.providerTokenEndpoint,
        clientID: runtime.name,
        resource: settings.exchangeAudience,
        sender: sender,
        clock: runtime.clock
    )
    return OnBehalfOfClient(
        service: "orders-api",
        address: settings.ordersAddress,
        audience: settings.ordersAudience,
        exchange: ExchangeClient(
            tokenEndpoint: settings.exchangeTokenEndpoint,
            actorTokens: actorTokens,
            sender: sender
        ),
        sender: sender,
        clock: runtime.clock
    )
}
