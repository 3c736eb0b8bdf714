import Hummingbird
import IssuerKit
import ResourceServerKit
import ServiceKit
import Storage
import TokenClient
import Tokens

/// What token-exchange is made of, in production.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    try await runtime.assembleCaller(timeoutSeconds: settings.providerTimeoutSeconds) { sender in
        try await assemble(settings, runtime, sender: sender)
    }
}

/// The same with any sender.
func assemble(_ settings: Settings, _ runtime: Runtime, sender: any HTTPSender) async throws -> AssembledService {
    service(try await open(settings, runtime, sender: sender))
}

/// Opens what lies on disk, policy, database and keys, and what is heard of the provider.
private func open(_ settings: Settings, _ runtime: Runtime, sender: any HTTPSender) async throws -> Parts {
    let policy = try PolicyFile(path: settings.policyFile).read(exchangeAudience: settings.audience)
    let sealing = try KeyEncryption(settings.keyEncryption)
    let database = try await SQLiteDatabase.open(
        path: settings.databaseFile,
        migrations: KeyRing.migrations + SecurityEvents.migrations
    )
    let providerKeys = RemoteKeySet(of: [settings.provider], runtime, sender: sender)
    let revocations = Revocations(
        from: [.provider(settings.provider, exchange: settings.issuer)],
        settings.revocations,
        keys: providerKeys,
        runtime,
        sender: sender
    )
    return Parts(
        settings: settings,
        runtime: runtime,
        policy: policy,
        database: database,
        ring: try await KeyRing.open(
            database: database,
            sealing: sealing,
            algorithms: [.es256],
            periods: settings.keyPeriods,
            clock: runtime.clock,
            journal: KeyJournal(runtime.decisions)
        ),
        providerKeys: providerKeys,
        revocations: revocations,
        transmitter: try await EventTransmitter.open(
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
    )
}

/// Joins the parts.
private func service(_ parts: Parts) -> AssembledService {
    let (ring, transmitter, logger) = (parts.ring, parts.transmitter, parts.runtime.logger)
    let (providerKeys, revocations) = (parts.providerKeys, parts.revocations)
    for ring in [ring, transmitter.ring] { ring.addMetrics(to: parts.runtime.metrics) }
    return AssembledService(
        router: routes(parts.endpoints),
        operations: { operations in
            parts.keyOperations.add(to: operations)
            transmitter.operations.add(to: operations)
            revocations.addOperations(to: operations)
        },
        background: [providerKeys, KeyMaintenance(ring, logger: logger)] + transmitter.background + revocations.feeds,
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
        shutdown: { await parts.database.close() }
    )
}
