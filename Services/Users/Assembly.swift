import ResourceServerKit
import ServiceKit
import Storage
import TokenClient

/// What users-api is made of, in production.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    try await runtime.assembleCaller(timeoutSeconds: settings.upstreamTimeoutSeconds) { sender in
        try await assemble(settings, runtime, sender: sender)
    }
}

/// The same with any sender.
func assemble(_ settings: Settings, _ runtime: Runtime, sender: any HTTPSender) async throws -> AssembledService {
    let database = try await SQLiteDatabase.open(path: settings.databaseFile, migrations: ProfileStore.migrations)
    let profiles = ProfileStore(database: database)
    let access = AccessRules(settings.access, runtime, sender: sender)
    let orders = OnBehalfOfClient(asking: "orders-api", settings.orders, runtime, sender: sender)
    let endpoints = Endpoints(
        decisions: runtime.decisions,
        limits: runtime.limits,
        access: access,
        profile: ProfileEndpoint(profiles: profiles),
        address: AddressEndpoint(profiles: profiles),
        summary: SummaryEndpoint(profiles: profiles, orders: orders)
    )
    return AssembledService(
        router: routes(endpoints),
        keys: access.keys,
        revocations: access.revocations,
        shutdown: { await database.close() }
    )
}
