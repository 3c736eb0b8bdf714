import ResourceServerKit
import ServiceKit

/// What users-api is told. Each setting is explained in `compose/settings/users-api.yaml`.
struct Settings: Sendable {
    let databaseFile: String
    let access: AccessSettings
    let orders: OnBehalfOfSettings
    let upstreamTimeoutSeconds: Int64

    init(reading settings: SettingsReader) throws(SettingsError) {
        databaseFile = try settings.string("database.file")
        access = try AccessSettings(reading: settings)
        orders = try OnBehalfOfSettings(reading: settings, "orders", ownAudience: access.audience)
        upstreamTimeoutSeconds = try settings.integer("limits.upstreamTimeoutSeconds", default: 3, in: 1...30)
    }
}
