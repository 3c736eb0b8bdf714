import ResourceServerKit
import ServiceKit

/// What the gateway is told. Each setting is explained in `compose/settings/gateway.yaml`.
struct Settings: Sendable {
    let provider: TrustedIssuer
    let revocations: RevocationSettings
    let orders: Upstream
    let users: Upstream
    let requestBytesMax: Int
    let upstreamTimeoutSeconds: Int64

    init(reading settings: SettingsReader) throws(SettingsError) {
        provider = try TrustedIssuer(reading: settings, "trust.provider")
        // Strangers come to this door: no entrance for events is made in it.
        revocations = try RevocationSettings(pollingOnly: settings)
        orders = try Upstream(reading: settings, "orders")
        users = try Upstream(reading: settings, "users")
        // Bodies are held in memory as a whole; above a mebibyte they would have to be streamed.
        requestBytesMax = Int(
            try settings.integer("limits.requestBytesMax", default: 1_048_576, in: 1_024...1_048_576)
        )
        upstreamTimeoutSeconds = try settings.integer("limits.upstreamTimeoutSeconds", default: 10, in: 1...60)
        guard orders.audience != users.audience else {
            throw settings.fail(
                "users.audience",
                "it equals orders.audience, so that a token for one service would open the other",
                fix: "give each service its own audience"
            )
        }
    }
}
