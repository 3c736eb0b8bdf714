import TokenClient
public import Tokens

extension House {
    public static let exchangeIssuer = "https://localhost:8441"
    public static let exchange = "https://exchange.gatehouse.local"
    public static let ordersAddress = "https://localhost:8442"
    public static let usersAddress = "https://localhost:8444"
    public static let providerTokenEndpoint = "\(issuer)/oauth2/token"
    public static let introspectionEndpoint = "\(issuer)/oauth2/introspect"
    public static let exchangeTokenEndpoint = "\(exchangeIssuer)/oauth2/token"

    /// The settings that every API has in common: whom it trusts, and where it gets tokens.
    public static let apiSettings = [
        "trust.provider.issuer": issuer, "trust.provider.keySet": "\(issuer)/oauth2/jwks.json",
        "trust.exchange.issuer": exchangeIssuer, "trust.exchange.keySet": "\(exchangeIssuer)/oauth2/jwks.json",
        "provider.tokenEndpoint": providerTokenEndpoint, "provider.introspectionEndpoint": introspectionEndpoint,
        "exchange.tokenEndpoint": exchangeTokenEndpoint,
        "exchange.audience": exchange,
    ]
}

/// The two issuers as an API sees them over the network: their key sets, token endpoints and event feeds, out of memory.
public struct TestHouse: Sendable {
    public let clock = House.clock()
    public let provider: TestIssuer
    public let exchange: TestIssuer
    public let providerFeed: TestFeed
    public let exchangeFeed: TestFeed
    public let network = TestNetwork()

    public init() throws {
        provider = try TestIssuer()
        exchange = try TestIssuer(House.exchangeIssuer)
        providerFeed = try TestFeed()
        exchangeFeed = try TestFeed(House.exchangeIssuer)
        network.serve(providerFeed)
        network.serve(exchangeFeed)
        network.answer("\(House.issuer)/oauth2/jwks.json", .json(provider.keySet.document))
        network.answer("\(House.exchangeIssuer)/oauth2/jwks.json", .json(exchange.keySet.document))
        network.answer(House.providerTokenEndpoint, .json(Self.answer("service-token")))
        network.answer(House.exchangeTokenEndpoint, .json(Self.answer("exchanged-token")))
    }

    /// A token in the user's own hands, as their client got it from the provider.
    public func userToken(_ change: (inout AccessTokenDraft) -> Void = { _ in }) throws -> Credential {
        try provider.mint(change)
    }

    /// A token out of the exchange, in the hands of `actor`.
    public func exchangedToken(
        actor: String,
        _ change: (inout AccessTokenDraft) -> Void = { _ in }
    ) throws -> Credential {
        try exchange.mint { draft in
            draft.actor = Actor(actor)
            change(&draft)
        }
    }

    private static func answer(_ token: String) -> JSONObject {
        TokenResponse(
            accessToken: Credential(token),
            lifetimeSeconds: 60,
            scope: [],
            issuedTokenType: TokenTypeIdentifier.accessToken
        ).exposedDocument
    }
}
