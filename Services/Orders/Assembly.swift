import ResourceServerKit
import ServiceKit
import Storage
import TokenClient
import Tokens

/// What orders-api is made of, in production.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    try await runtime.assembleCaller(timeoutSeconds: settings.upstreamTimeoutSeconds) { sender in
        try await assemble(settings, runtime, sender: sender)
    }
}

/// The same with any sender.
func assemble(_ settings: Settings, _ runtime: Runtime, sender: any HTTPSender) async throws -> AssembledService {
    let database = try await SQLiteDatabase.open(path: settings.databaseFile, migrations: OrderStore.migrations)
    let orders = OrderStore(database: database)
    let access = AccessRules(settings.access, runtime, sender: sender)
    let users = OnBehalfOfClient(asking: "users-api", settings.users, runtime, sender: sender)
    let customers = Customers(users: users)
    let endpoints = Endpoints(
        decisions: runtime.decisions,
        limits: runtime.limits,
        access: access,
        create: CreateOrder(
            orders: orders,
            customers: customers,
            clock: runtime.clock,
            makeID: { Credential.random(byteCount: 16).exposed }
        ),
        read: ReadOrders(orders: orders),
        all: AllOrders(orders: orders),
        cancel: CancelOrder(orders: orders, clock: runtime.clock),
        receipt: OrderReceipt(orders: orders, customers: customers),
        count: OrderCount(orders: orders)
    )
    let housekeeping = Housekeeping(orders: orders, clock: runtime.clock, logger: runtime.logger)
    return AssembledService(
        router: routes(endpoints),
        keys: access.keys,
        revocations: access.revocations,
        background: [housekeeping],
        clockMoved: { try await housekeeping.clean() },
        shutdown: { await database.close() }
    )
}
