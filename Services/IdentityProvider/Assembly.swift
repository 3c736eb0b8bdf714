import IssuerKit
import ResourceServerKit
import ServiceKit
import Storage
import TokenClient
import Tokens

/// What the identity provider is made of, in production. It calls nobody but receivers that want their events sent.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    try await runtime.assembleCaller(timeoutSeconds: 3) { sender in
        try await assemble(settings, runtime, sender: sender)
    }
}

/// The same with any sender.
func assemble(_ settings: Settings, _ runtime: Runtime, sender: any HTTPSender) async throws -> AssembledService {
    let parts = try await open(settings, runtime, sender: sender)
    do { return try service(parts) } catch {
        await parts.close()
        throw error
    }
}

/// Opens what lies on disk: declarations, database, keys.
func open(_ settings: Settings, _ runtime: Runtime, sender: any HTTPSender) async throws -> Parts {
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
        let transmitter = try await EventTransmitter.open(
            issuer: settings.issuer,
            database: database,
            sealing: sealing,
            tokenPeriods: settings.keyPeriods,
            sender: sender,
            journal: KeyJournal(runtime.decisions),
            clock: runtime.clock,
            logger: runtime.logger
        )
        let events = transmitter.events
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
                clock: runtime.clock,
                journal: KeyJournal(runtime.decisions)
            ),
            transmitter: transmitter,
            revocations: revocations,
            clients: try await ClientStore.open(
                database: database,
                registry: declarations.registry,
                declared: declarations.clients,
                clock: runtime.clock,
                revocations: revocations,
                decisions: runtime.decisions
            ),
            registry: declarations.registry,
            // In memory only: a proof opens nothing by itself, and what comes with it here (code, refresh token, assertion) is good
            // once beyond a restart too.
            proofs: DPoPProofValidator(replays: ReplayWindow(clock: runtime.clock), clock: runtime.clock),
            successorKey: try await SealedSecret.find("refresh successor", database: database, sealing: sealing),
            signInLimits: SignInLimits(settings.signIn, clock: runtime.clock),
            hasher: PasswordHasher()  // Last: its threads run from here on.
        )
    } catch {
        await database.close()
        throw error
    }
}

/// Joins the parts.
func service(_ parts: Parts) throws -> AssembledService {
    let (ring, transmitter, logger) = (parts.ring, parts.transmitter, parts.runtime.logger)
    let housekeeping = Housekeeping(
        database: parts.database,
        clock: parts.runtime.clock,
        accessLifetimeSeconds: parts.settings.tokens.accessSeconds,
        intervalSeconds: parts.settings.housekeepingIntervalSeconds,
        logger: logger
    )
    let keyOperations = KeyOperations(ring: ring, events: transmitter.ring) { [revocations = parts.revocations] in
        try revocations.revokeKey($0, on: $2, decision: $1)
    }
    let clientOperations = ClientOperations(clients: parts.clients)
    let userOperations = UserOperations(accounts: parts.accounts)
    let revocationOperations = parts.revocationOperations
    let suspensionOperations = SuspensionOperations(suspensions: parts.suspensions)
    for ring in [ring, transmitter.ring] { ring.addMetrics(to: parts.runtime.metrics) }
    return AssembledService(
        router: routes(try Endpoints(parts)),
        operations: { group in
            keyOperations.add(to: group)
            clientOperations.add(to: group)
            userOperations.add(to: group)
            revocationOperations.add(to: group)
            suspensionOperations.add(to: group)
            transmitter.operations.add(to: group)
        },
        background: [KeyMaintenance(ring, logger: logger), housekeeping] + transmitter.background,
        readiness: { _ = try ring.signingKey(.es256) },
        clockMoved: {
            try await ring.maintain()
            try await transmitter.clockMoved()
            try await housekeeping.clean()
        },
        shutdown: { await parts.close() }
    )
}
