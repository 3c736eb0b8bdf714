public import ServiceKit
public import TokenClient
import Tokens
public import TokensHummingbird

/// Whose tokens open an API: the provider's, brought by people, and the exchange's, brought by services on a person's behalf.
public struct AccessSettings: Sendable {
    /// Who we are: the `aud` of every token that is meant for us.
    public let audience: String
    /// https, without a slash at the end: where clients reach us, and what their DPoP proofs must be for.
    public let address: String
    public let provider: TrustedIssuer
    public let exchange: TrustedIssuer
    let exchangeAudience: String
    let introspectionEndpoint: String
    let revocations: RevocationSettings

    public init(reading settings: SettingsReader) throws(SettingsError) {
        audience = try settings.httpsURL("audience")
        address = try settings.httpsURL("address")
        provider = try TrustedIssuer(reading: settings, "trust.provider")
        exchange = try TrustedIssuer(reading: settings, "trust.exchange")
        exchangeAudience = try settings.httpsURL("exchange.audience")
        introspectionEndpoint = try settings.httpsURL("provider.introspectionEndpoint")
        revocations = try RevocationSettings(reading: settings, address: address)
        guard provider.issuer != exchange.issuer else {
            throw settings.fail(
                "trust.exchange.issuer",
                "it equals trust.provider.issuer, so that a user's own token would pass for an exchanged one",
                fix: "name the issuer of the token exchange"
            )
        }
    }
}

/// The guards of an API. Each believes one issuer, so that a route opens to one kind of token only, whatever its handler does.
public struct AccessRules: Sendable {
    public let people: CallerGuard<ServiceContext>
    public let services: CallerGuard<ServiceContext>
    /// Asked by routes that do not believe a token's age.
    public let truth: SourceOfTruth
    /// What both look keys up in; it runs, and is ready, with the service.
    public let keys: RemoteKeySet
    /// What both ask whether a token has been revoked; its feeds run, and are caught up, with the service.
    public let revocations: Revocations

    public init(_ settings: AccessSettings, _ runtime: Runtime, sender: any HTTPSender) {
        let keys = RemoteKeySet(of: [settings.provider, settings.exchange], runtime, sender: sender)
        let revocations = Revocations(
            from: [
                .provider(settings.provider, exchange: settings.exchange.issuer),
                .exchange(settings.exchange, audience: settings.exchangeAudience),
            ],
            settings.revocations,
            keys: keys,
            runtime,
            sender: sender
        )
        // One window for both guards: a proof counts once at this service, not once at each of its doors.
        let proofs = DPoPProofValidator(replays: ReplayWindow(clock: runtime.clock), clock: runtime.clock)
        func guardBelieving(_ issuer: TrustedIssuer) -> CallerGuard<ServiceContext> {
            CallerGuard(
                validator: TokenValidator(
                    trusting: [issuer.issuer],
                    audience: settings.audience,
                    keys: keys,
                    revocations: revocations.index,
                    runtime,
                    proofs: proofs
                ),
                address: settings.address,
                peers: runtime.peers
            )
        }
        people = guardBelieving(settings.provider)
        services = guardBelieving(settings.exchange)
        truth = SourceOfTruth(
            provider: IntrospectionClient(
                url: settings.introspectionEndpoint,
                clientID: runtime.name,
                sender: sender
            )
        )
        self.keys = keys
        self.revocations = revocations
    }
}
