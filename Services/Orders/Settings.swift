import ResourceServerKit
import ServiceKit

/// What orders-api is told. Each setting is explained in `compose/settings/orders-api.yaml`.
struct Settings: Sendable {
    let databaseFile: String
    let access: AccessSettings
    let users: OnBehalfOfSettings
    let upstreamTimeoutSeconds: Int64

    init(reading settings: SettingsReader) throws(SettingsError) {
        databaseFile = try settings.string("database.file")
        access = try AccessSettings(reading: settings)
        users = try OnBehalfOfSettings(reading: settings, "users", ownAudience: access.audience)
        upstreamTimeoutSeconds = try settings.integer("limits.upstreamTimeoutSeconds", default: 3, in: 1...30)
    }
}
