import ServiceKit

/// What users-api is told. Each setting is explained in `compose/settings/users-api.yaml`.
struct Settings: Sendable {
    /// Who we are: the `aud` of every token that is meant for us.
    let audience: String
    let databaseFile: String
    let provider: TrustedIssuer
    let exchange: TrustedIssuer
    let providerTokenEndpoint: String
    let exchangeTokenEndpoint: String
    let exchangeAudience: String
    let ordersAddress: String
    let ordersAudience: String
    let upstreamTimeoutSeconds: Int64

    init(reading settings: SettingsReader) throws(SettingsError) {
        audience = try settings.httpsURL("audience")
        databaseFile = try settings.string("database.file")
        provider = try TrustedIssuer(reading: settings, "trust.provider")
        exchange = try TrustedIssuer(reading: settings, "trust.exchange")
        providerTokenEndpoint = try settings.httpsURL("provider.tokenEndpoint")
        exchangeTokenEndpoint = try settings.httpsURL("exchange.tokenEndpoint")
        exchangeAudience = try settings.httpsURL("exchange.audience")
        ordersAddress = try settings.httpsURL("orders.address")
        ordersAudience = try settings.httpsURL("orders.audience")
        upstreamTimeoutSeconds = try settings.integer("limits.upstreamTimeoutSeconds", default: 3, in: 1...30)
        guard provider.issuer != exchange.issuer else {
            throw settings.fail(
                "trust.exchange.issuer",
                "it equals trust.provider.issuer, so that a user's own token would pass for an exchanged one",
                fix: "name the issuer of the token exchange"
            )
        }
        guard audience != ordersAudience else {
            throw settings.fail(
                "orders.audience",
                "it equals audience, so that a token for one service would open the other",
                fix: "give each service its own audience"
            )
        }
    }
}

/// An issuer whose tokens count here, and where its keys are published.
struct TrustedIssuer: Sendable {
    let issuer: String
    let keySetURL: String

    init(reading settings: SettingsReader, _ key: String) throws(SettingsError) {
        issuer = try settings.httpsURL("\(key).issuer")
        keySetURL = try settings.httpsURL("\(key).keySet")
    }
}
