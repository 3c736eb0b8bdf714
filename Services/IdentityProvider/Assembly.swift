import IssuerKit
import ServiceKit
import Storage
import Tokens

/// What the identity provider is made of. Tests call this with their own clock, folder and peer.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    let parts = try await open(settings, runtime)
    do { return try service(parts) } catch {
        await parts.close()
        throw error
    }
}

/// Opens what lies on disk: declarations, database, keys.
func open(_ settings: Settings, _ runtime: Runtime) async throws -> Parts {
    let declarations = try Declarations(
        resourcesFile: settings.resourcesFile,
        clientsFile: settings.clientsFile,
        issuer: settings.issuer
    )
    let sealing = try KeyEncryption(settings.keyEncryption)
    let database = try await SQLiteDatabase.open(
        path: settings.databaseFile,
        migrations: KeyRing.migrations + SecurityEvents.migrations + Schema.migrations
    )
    do {
        let eventRing = try await KeyRing.open(
            database: database,
            sealing: sealing,
            algorithms: [.es256],
            periods: settings.keyPeriods.ofEvents(),
            clock: runtime.clock,
            name: .events
        )
        let events = try await SecurityEvents.open(
            issuer: settings.issuer,
            database: database,
            ring: eventRing,
            clock: runtime.clock
        )
        let revocations = Revocations(
            events: events,
            dates: TokenDates(issuer: settings.issuer, index: events.index, clock: runtime.clock)
        )
        return Parts(
            settings: settings,
            runtime: runtime,
            database: database,
            ring: try await KeyRing.open(
                database: database,
                sealing: sealing,
                algorithms: TokenIssuing.algorithms,
                periods: settings.keyPeriods,
                clock: runtime.clock
            ),
            eventRing: eventRing,
            revocations: revocations,
            clients: try await ClientStore.open(
                database: database,
                registry: declarations.registry,
                declared: declarations.clients,
                clock: runtime.clock,
                revocations: revocations
            ),
            registry: declarations.registry,
            // In memory only: a proof opens nothing by itself, and what comes with it here (code, refresh token, assertion) is good
            // once beyond a restart too.
            proofs: DPoPProofValidator(replays: ReplayWindow(clock: runtime.clock), clock: runtime.clock),
            successorKey: try await SealedSecret.find("refresh successor", database: database, sealing: sealing),
            hasher: PasswordHasher()  // Last: its threads run from here on.
        )
    } catch {
        await database.close()
        throw error
    }
}

/// Joins the parts.
func service(_ parts: Parts) throws -> AssembledService {
    let (ring, eventRing, logger) = (parts.ring, parts.eventRing, parts.runtime.logger)
    let housekeeping = Housekeeping(
        database: parts.database,
        events: parts.revocations.events,
        clock: parts.runtime.clock,
        accessLifetimeSeconds: parts.settings.tokens.accessSeconds,
        intervalSeconds: parts.settings.housekeepingIntervalSeconds,
        logger: logger
    )
    let keyOperations = KeyOperations(ring: ring)
    let clientOperations = ClientOperations(clients: parts.clients)
    let userOperations = UserOperations(accounts: parts.accounts)
    let revocationOperations = parts.revocationOperations
    return AssembledService(
        router: routes(try Endpoints(parts)),
        operations: { group in
            keyOperations.add(to: group)
            clientOperations.add(to: group)
            userOperations.add(to: group)
            revocationOperations.add(to: group)
        },
        background: [
            KeyMaintenance(ring, logger: logger), KeyMaintenance(eventRing, logger: logger), housekeeping,
        ],
        readiness: { _ = try ring.signingKey(.es256) },
        clockMoved: {
            try await ring.maintain()
            try await eventRing.maintain()
            try await housekeeping.clean()
        },
        shutdown: { await parts.close() }
    )
}
