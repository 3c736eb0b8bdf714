import Hummingbird
import IssuerKit
import ResourceServerKit
import ServiceKit
import Storage
import TokenClient
import Tokens
import TokensHummingbird

/// What token-exchange is made of, in production.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    try await runtime.assembleCaller(timeoutSeconds: settings.providerTimeoutSeconds) { sender in
        try await assemble(settings, runtime, sender: sender)
    }
}

/// The same with any sender.
func assemble(_ settings: Settings, _ runtime: Runtime, sender: any HTTPSender) async throws -> AssembledService {
    let policy = try PolicyFile(path: settings.policyFile).read(exchangeAudience: settings.audience)
    let sealing = try KeyEncryption(settings.keyEncryption)
    let database = try await SQLiteDatabase.open(
        path: settings.databaseFile,
        migrations: KeyRing.migrations + SecurityEvents.migrations
    )
    let ring = try await KeyRing.open(
        database: database,
        sealing: sealing,
        algorithms: [.es256],
        periods: settings.keyPeriods,
        clock: runtime.clock
    )
    let transmitter = try await EventTransmitter.open(
        issuer: settings.issuer,
        database: database,
        sealing: sealing,
        tokenPeriods: settings.keyPeriods,
        sender: sender,
        clock: runtime.clock,
        logger: runtime.logger
    )
    let providerKeys = RemoteKeySet(of: [settings.provider], runtime, sender: sender)
    let exchange = exchangeGrant(settings, runtime, policy, ring, providerKeys)
    let endpoints = Endpoints(
        exchange: exchange,
        services: CallerGuard(validator: exchange.actorTokens, address: nil, peers: runtime.peers),
        streams: transmitter.streams,
        eventKeySet: KeySetEndpoint(ring: transmitter.ring),
        eventConfiguration: MetadataEndpoint(transmitter.configuration),
        keySet: KeySetEndpoint(ring: ring),
        metadata: MetadataEndpoint(metadata(issuer: settings.issuer))
    )
    return AssembledService(
        router: routes(endpoints),
        operations: { group in
            KeyOperations(ring: ring).add(to: group)
            transmitter.operations.add(to: group)
        },
        background: [providerKeys, KeyMaintenance(ring, logger: runtime.logger)] + transmitter.background,
        // A provider that starts later than we do is no reason not to start, but one not to be sent work yet.
        readiness: { try await providerKeys.warmUp() },
        clockMoved: {
            try await ring.maintain()
            try await transmitter.clockMoved()
            await providerKeys.refreshDue()
        },
        shutdown: { await database.close() }
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
        TokenValidator(trusting: issuers, audience: audience, keys: keys, clock: runtime.clock)
    }
    // A chain goes on from a token that was made here: ours count as subjects, never as actors.
    let issuers = [settings.provider.issuer, settings.issuer]
    let keys = KeysOfBoth(own: ring.keySource(issuer: settings.issuer), provider: providerKeys)
    return ExchangeGrant(
        issuer: settings.issuer,
        policy: policy,
        actorTokens: validator(issuers: [settings.provider.issuer], audience: settings.audience, keys: providerKeys),
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
