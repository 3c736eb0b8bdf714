import Audit
import Hummingbird
import IssuerKit
import ResourceServerKit
import ServiceKit
import Tokens
import TokensHummingbird

/// Every path of token-exchange.
func routes(_ endpoints: Endpoints) -> Router<ServiceContext> {
    let router = Router<ServiceContext>.service(.oauth, recordedBy: endpoints.decisions, limitedBy: endpoints.limits)
    router.limited(.credentials, .tokenExchange).post("oauth2/token", use: endpoints.exchange.answer)  // RFC 8693 §2.1
    router.get("oauth2/jwks.json", use: endpoints.keySet.answer)
    router.get(".well-known/oauth-authorization-server", use: endpoints.metadata.answer)

    // Services that hear of what we revoke, with their own token for us. While we hear nothing of the provider, they hear of us all
    // the same: to silence one feed must not silence the other. Their tokens expire meanwhile.
    let (services, streams, scope) = (endpoints.services, endpoints.streams, "exchange.events:receive")
    let patience = StalenessRule.trust(secondsMax: 3_600)
    router.refusing(.problem)
        .post("events/streams", use: services.requiring(scope: scope, staleness: patience, streams.create))
        .post("events/streams/{id}/poll", use: services.requiring(scope: scope, staleness: patience, streams.poll))
    router.get("events/jwks.json", use: endpoints.eventKeySet.answer)
    router.get(".well-known/ssf-configuration", use: endpoints.eventConfiguration.answer)

    // The provider, where the settings ask it to send: signed events, and nothing else.
    if let events = endpoints.events { router.limited(.credentials, .eventReceipt).post("events", use: events.answer) }
    return router
}

struct Endpoints: Sendable {
    let decisions: DecisionRecorder
    let limits: RateLimiter
    let exchange: ExchangeGrant
    let services: CallerGuard<ServiceContext>
    let streams: EventStreamEndpoint
    let eventKeySet: KeySetEndpoint
    let eventConfiguration: MetadataEndpoint
    let keySet: KeySetEndpoint
    let metadata: MetadataEndpoint
    let events: EventEndpoint?
}
