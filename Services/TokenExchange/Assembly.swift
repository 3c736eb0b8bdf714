import Hummingbird
import IssuerKit
import ServiceKit
import Storage
import TokenClient
import Tokens

/// What token-exchange is made of, in production: it fetches the provider's keys over mutual TLS.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    let tls = try runtime.requireTLS()
    let client = try MutualTLSClient(
        certificateFile: tls.certificate,
        privateKeyFile: tls.privateKey,
        trustRootsFile: tls.trustRoots,
        timeoutSeconds: settings.providerTimeoutSeconds,
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
    let policy = try PolicyFile(path: settings.policyFile).read(exchangeAudience: settings.audience)
    let sealing = try KeyEncryption(keyFile: settings.keyEncryptionKeyFile)
    let database = try await SQLiteDatabase.open(path: settings.databaseFile, migrations: KeyRing.migrations)
    let ring = try await KeyRing.open(
        database: database,
        sealing: sealing,
        algorithms: [.es256],
        periods: settings.keyPeriods,
        clock: runtime.clock
    )
    let providerKeys = RemoteKeySet(
        sources: [(settings.providerIssuer, settings.providerKeySetURL)],
        sender: sender,
        clock: runtime.clock,
        logger: runtime.logger
    )
    let endpoints = Endpoints(
        exchange: exchangeGrant(settings, runtime, policy, ring, providerKeys),
        keySet: KeySetEndpoint(ring: ring),
        metadata: MetadataEndpoint(metadata(issuer: settings.issuer))
    )
    return AssembledService(
        router: routes(endpoints),
        operations: { KeyOperations(ring: ring).add(to: $0) },
        background: [providerKeys, KeyMaintenance(ring, logger: runtime.logger)],
        // A provider that starts later than we do is no reason not to start, but one not to be sent work yet.
        readiness: { try await providerKeys.warmUp() },
        clockMoved: {
            try await ring.maintain()
            await providerKeys.refreshDue()
        },
        shutdown: {
            await shutdown()
            await database.close()
        }
    )
}

private func exchangeGrant(
    _ settings: Settings,
    _ runtime: Runtime,
    _ policy: ExchangePolicy,
    _ ring: KeyRing,
    _ providerKeys: RemoteKeySet
) -> ExchangeGrant {
    func validator(issuers: [String], audience: String, keys: any KeySource) -> TokenValidator<AccessTokenClaims> {
        TokenValidator(
            issuers: issuers,
            audience: audience,
            algorithms: [.es256],
            keys: keys,
            clock: runtime.clock,
            cache: VerifiedTokenCache()
        )
    }
    // A chain goes on from a token that was made here: ours count as subjects, never as actors.
    let issuers = [settings.providerIssuer, settings.issuer]
    let keys = KeysOfBoth(own: ring.keySource(issuer: settings.issuer), provider: providerKeys)
    return ExchangeGrant(
        issuer: settings.issuer,
        policy: policy,
        actorTokens: validator(issuers: [settings.providerIssuer], audience: settings.audience, keys: providerKeys),
        subjectTokens: policy.actors.mapValues { validator(issuers: issuers, audience: $0, keys: keys) },
        minter: TokenMinter(signingKey: ring.signingKey),
        peers: runtime.peers,
        clock: runtime.clock,
        makeID: { Credential.random(byteCount: 16).exposed }
    )
}

/// Our own keys out of the ring, the provider's out of the network; each answers for its own issuer only.
private struct KeysOfBoth: KeySource {
    let own: OwnKeys
    let provider: RemoteKeySet

    func knownKey(_ keyID: String, issuer: String) -> VerificationKey? {
        own.knownKey(keyID, issuer: issuer) ?? provider.knownKey(keyID, issuer: issuer)
    }

    func key(_ keyID: String, issuer: String) async throws(DependencyUnavailable) -> VerificationKey? {
        if let key = own.knownKey(keyID, issuer: issuer) { return key }
        return try await provider.key(keyID, issuer: issuer)
    }
}
