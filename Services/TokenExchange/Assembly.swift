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
        clock: runtime.clock,
        journal: KeyJournal(runtime.decisions)
    )
    let providerKeys = RemoteKeySet(of: [settings.provider], runtime, sender: sender)
    let revocations = Revocations(
        from: [.provider(settings.provider, exchange: settings.issuer)],
        settings.revocations,
        keys: providerKeys,
        runtime,
        sender: sender
    )
    let transmitter = try await EventTransmitter.open(
        issuer: settings.issuer,
        database: database,
        sealing: sealing,
        tokenPeriods: settings.keyPeriods,
        // One index for what the provider revokes and for what we revoke: a chain stands on tokens of both.
        index: revocations.index,
        sender: sender,
        journal: KeyJournal(runtime.decisions),
        clock: runtime.clock,
        logger: runtime.logger
    )
    let exchange = exchangeGrant(settings, runtime, policy, ring, providerKeys, revocations.index)
    let endpoints = Endpoints(
        decisions: runtime.decisions,
        limits: runtime.limits,
        exchange: exchange,
        services: CallerGuard(validator: exchange.actorTokens, address: nil, peers: runtime.peers),
        streams: transmitter.streams,
        eventKeySet: KeySetEndpoint(ring: transmitter.ring),
        eventConfiguration: MetadataEndpoint(transmitter.configuration),
        keySet: KeySetEndpoint(ring: ring),
        metadata: MetadataEndpoint(metadata(issuer: settings.issuer)),
        events: revocations.events
    )
    for ring in [ring, transmitter.ring] { ring.addMetrics(to: runtime.metrics) }
    return AssembledService(
        router: routes(endpoints),
        operations: { operations in
            keyOperations(ring, transmitter, runtime.clock).add(to: operations)
            transmitter.operations.add(to: operations)
            revocations.addOperations(to: operations)
        },
        background: [providerKeys, KeyMaintenance(ring, logger: runtime.logger)] + transmitter.background
            + revocations.feeds,
        // A provider that starts later than we do is no reason not to start, but one not to be sent work yet.
        readiness: {
            try await providerKeys.warmUp()
            try revocations.requireCaughtUp()
        },
        clockMoved: {
            try await ring.maintain()
            try await transmitter.clockMoved()
            await providerKeys.refreshDue()
            await revocations.catchUp()
        },
        shutdown: { await database.close() }
    )
}

private func keyOperations(_ ring: KeyRing, _ transmitter: EventTransmitter, _ clock: any WallClock) -> KeyOperations {
    KeyOperations(ring: ring, events: transmitter.ring) {
        [events = transmitter.events] keyID, decision, connection in
        let event = RevocationEvent(.key(keyID), .keyRevoked, at: clock.now())
        try events.append(event, decision: decision, on: connection)
    }
}

private func exchangeGrant(
    _ settings: Settings,
    _ runtime: Runtime,
    _ policy: ExchangePolicy,
    _ ring: KeyRing,
    _ providerKeys: RemoteKeySet,
    _ revocations: RevocationIndex
) -> ExchangeGrant {
    func validator(issuers: [String], audience: String, keys: any KeySource) -> TokenValidator<AccessTokenClaims> {
        TokenValidator(
            trusting: issuers,
            audience: audience,
            keys: keys,
            revocations: revocations,
            runtime
        )
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
