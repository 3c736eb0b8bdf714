import Hummingbird
import IssuerKit
import ServiceKit

/// Every path of token-exchange.
func routes(_ endpoints: Endpoints) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(.oauth)
    router.post("oauth2/token", use: endpoints.exchange.answer)  // RFC 8693 §2.1
    router.get("oauth2/jwks.json", use: endpoints.keySet.answer)
    router.get(".well-known/oauth-authorization-server", use: endpoints.metadata.answer)
    return router
}

struct Endpoints: Sendable {
    let exchange: ExchangeGrant
    let keySet: KeySetEndpoint
    let metadata: MetadataEndpoint
}
