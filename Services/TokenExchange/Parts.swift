import IssuerKit
import ResourceServerKit
import ServiceKit
import Storage
import TokenClient
import Tokens
import TokensHummingbird

/// The things of which the endpoints are made; each is made in one place, here, out of what was opened at the start.
struct Parts: Sendable {
    let settings: Settings
    let runtime: Runtime
    let policy: ExchangePolicy
    let database: any Database
    let ring: KeyRing
    let providerKeys: RemoteKeySet
    let revocations: Revocations
    let transmitter: EventTransmitter

    var endpoints: Endpoints {
        let exchange = exchange
        return Endpoints(
            decisions: runtime.decisions,
            limits: runtime.limits,
            exchange: exchange,
            services: CallerGuard(validator: exchange.actorTokens, address: nil, peers: runtime.peers),
            streams: transmitter.streams,
            eventKeySet: KeySetEndpoint(ring: transmitter.ring),
            eventConfiguration: MetadataEndpoint(transmitter.configuration),
            keySet: KeySetEndpoint(ring: ring),
            metadata: MetadataEndpoint(metadata(issuer: settings.issuer)),
            events: revocations.events
        )
    }

    var keyOperations: KeyOperations {
        KeyOperations(ring: ring, events: transmitter.ring) {
            [events = transmitter.events, clock = runtime.clock] keyID, decision, connection in
            let event = RevocationEvent(.key(keyID), .keyRevoked, at: clock.now())
            try events.append(event, decision: decision, on: connection)
        }
    }

    private var exchange: ExchangeGrant {
        // A chain goes on from a token that was made here: ours count as subjects, never as actors.
        let issuers = [settings.provider.issuer, settings.issuer]
        let keys = KeysOfBoth(own: ring.keySource(issuer: settings.issuer), provider: providerKeys)
        return ExchangeGrant(
            issuer: settings.issuer,
            policy: policy,
            actorTokens: validator(
                issuers: [settings.provider.issuer],
                audience: settings.audience,
                keys: providerKeys
            ),
            subjectTokens: policy.actors.mapValues { validator(issuers: issuers, audience: $0, keys: keys) },
            minter: TokenMinter(signingKey: ring.signingKey),
            peers: runtime.peers,
            clock: runtime.clock,
            makeID: { Credential.random(byteCount: 16).exposed }
        )
    }

    private func validator(
        issuers: [String],
        audience: String,
        keys: any KeySource
    ) -> TokenValidator<AccessTokenClaims> {
        TokenValidator(trusting: issuers, audience: audience, keys: keys, revocations: revocations.index, runtime)
    }
}
