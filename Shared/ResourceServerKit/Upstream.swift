public import ServiceKit
public import TokenClient

/// Another service of the house that this one calls.
public struct Upstream: Sendable {
    /// https, without trailing slash.
    public let address: String
    /// The `aud` of tokens that are meant for it.
    public let audience: String

    public init(reading settings: SettingsReader, _ key: String) throws(SettingsError) {
        address = try settings.httpsURL("\(key).address")
        audience = try settings.httpsURL("\(key).audience")
    }
}

/// What it takes to ask another service on a user's behalf: who is asked, and where the token for that hop comes from.
public struct OnBehalfOfSettings: Sendable {
    public let upstream: Upstream
    let providerTokenEndpoint: String
    let exchangeTokenEndpoint: String
    let exchangeAudience: String

    /// - Parameters:
    ///   - key: where the other service's settings stand: `users`.
    ///   - audience: our own; a token for us must never be one for them.
    public init(reading settings: SettingsReader, _ key: String, ownAudience audience: String) throws(SettingsError) {
        upstream = try Upstream(reading: settings, key)
        providerTokenEndpoint = try settings.httpsURL("provider.tokenEndpoint")
        exchangeTokenEndpoint = try settings.httpsURL("exchange.tokenEndpoint")
        exchangeAudience = try settings.httpsURL("exchange.audience")
        guard audience != upstream.audience else {
            throw settings.fail(
                "\(key).audience",
                "it equals audience, so that a token for one service would open the other",
                fix: "give each service its own audience"
            )
        }
    }
}

extension OnBehalfOfClient {
    /// - Parameter service: who is asked, for the log: `users-api`.
    public init(asking service: String, _ settings: OnBehalfOfSettings, _ runtime: Runtime, sender: any HTTPSender) {
        let actorTokens = ServiceTokenSource(
            tokenEndpoint: settings.providerTokenEndpoint,
            clientID: runtime.name,
            resource: settings.exchangeAudience,
            sender: sender,
            clock: runtime.clock
        )
        self.init(
            service: service,
            address: settings.upstream.address,
            audience: settings.upstream.audience,
            exchange: ExchangeClient(
                tokenEndpoint: settings.exchangeTokenEndpoint,
                actorTokens: actorTokens,
                sender: sender
            ),
            sender: sender,
            clock: runtime.clock
        )
    }
}
