import IssuerKit
import ServiceKit
import Storage
import TokenClient
import Tokens

/// What the identity provider is made of. Tests call this with their own clock, folder and peer.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    let clock = runtime.clock
    let declarations = try Declarations(
        resourcesFile: settings.resourcesFile,
        clientsFile: settings.clientsFile,
        issuer: settings.issuer
    )
    let sealing = try KeyEncryption(keyFile: settings.keyEncryptionKeyFile)
    let database = try await SQLiteDatabase.open(
        path: settings.databaseFile,
        migrations: KeyRing.migrations + Schema.migrations
    )
    do {
        let ring = try await KeyRing.open(
            database: database,
            sealing: sealing,
            algorithms: Algorithm.all,
            periods: settings.keyPeriods,
            clock: clock
        )
        let clients = try await ClientStore.open(
            database: database,
            registry: declarations.registry,
            declared: declarations.clients,
            clock: clock
        )
        let successorKey = try await SealedSecret.find("refresh successor", database: database, sealing: sealing)
        let parts = Parts(
            settings: settings,
            runtime: runtime,
            database: database,
            ring: ring,
            clients: clients,
            registry: declarations.registry,
            successorKey: successorKey
        )
        return service(parts)
    } catch {
        await database.close()
        throw error
    }
}

private func service(_ parts: Parts) -> AssembledService {
    let (ring, database, logger) = (parts.ring, parts.database, parts.runtime.logger)
    let housekeeping = Housekeeping(
        database: database,
        clock: parts.runtime.clock,
        accessLifetimeSeconds: parts.settings.tokens.accessSeconds,
        intervalSeconds: parts.settings.housekeepingIntervalSeconds,
        logger: logger
    )
    let keyOperations = KeyOperations(ring: ring)
    let clientOperations = ClientOperations(clients: parts.clients)
    let userOperations = UserOperations(accounts: parts.accounts)
    return AssembledService(
        router: routes(Endpoints(parts)),
        operations: { group in
            keyOperations.add(to: group)
            clientOperations.add(to: group)
            userOperations.add(to: group)
        },
        background: [KeyMaintenance(ring, logger: logger), housekeeping],
        readiness: { _ = try ring.signingKey(.es256) },
        clockMoved: {
            try await ring.maintain()
            try await housekeeping.clean()
        },
        shutdown: { await database.close() }
    )
}
