public import ServiceKit
import TokenClient
import Tokens

/// How a service hears of revocations, and for how long it goes on when it does not.
public struct RevocationSettings: Sendable {
    private enum Method: String, CaseIterable { case poll, push }

    let delivery: RevocationFeed.Delivery
    let staleSeconds: Int64
    let tokenEndpoint: String

    /// - Parameter address: https, without a slash at the end: where issuers reach us.
    public init(reading settings: SettingsReader, address: String) throws(SettingsError) {
        let method = try settings.choice("revocations.delivery", default: Method.poll)
        delivery = method == .push ? .push(to: "\(address)/events") : .poll
        // An idle poll is answered after 10 s, and one may be lost: below 30, an idle house would be taken for a silent one. Above
        // 600, whatever was revoked meanwhile has expired by itself.
        staleSeconds = try settings.integer("revocations.staleSeconds", default: 60, in: 30...600)
        tokenEndpoint = try settings.httpsURL("provider.tokenEndpoint")
    }

    /// For a service that opens no door to issuers, and whose routes all say by themselves for how long they go on.
    public init(pollingOnly settings: SettingsReader) throws(SettingsError) {
        delivery = .poll
        staleSeconds = 60
        tokenEndpoint = try settings.httpsURL("provider.tokenEndpoint")
    }
}

/// An issuer that a service listens to, and what its feed asks of the service's own token.
public struct EventSource: Sendable {
    let issuer: String
    let audience: String
    let scope: ScopeSet
    let clientIssuers: [String]

    /// The identity provider.
    ///
    /// - Parameter exchange: the issuer whose tokens name the provider's clients too; nil where none of those count.
    public static func provider(_ provider: TrustedIssuer, exchange: String? = nil) -> EventSource {
        EventSource(
            issuer: provider.issuer,
            audience: provider.issuer,
            scope: ["events:receive"],
            clientIssuers: exchange.map { [$0] } ?? []
        )
    }

    /// The token exchange.
    ///
    /// - Parameter audience: the `aud` of tokens that are meant for it.
    public static func exchange(_ exchange: TrustedIssuer, audience: String) -> EventSource {
        EventSource(
            issuer: exchange.issuer,
            audience: audience,
            scope: ["exchange.events:receive"],
            clientIssuers: []
        )
    }
}
