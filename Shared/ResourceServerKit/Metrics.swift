import Telemetry
import TokenClient
import Tokens

/// Figures that are read when somebody looks: a service that counted them for nobody would do so with every request.
extension PrometheusRegistry {
    func show(_ keys: RemoteKeySet) {
        collect("gatehouse_key_set_age_seconds", "Since the issuer's key set in use was asked for.") {
            keys.agesSeconds.map { Sample([("issuer", $0.key)], Double($0.value)) }
        }
    }

    /// An issuer that was never heard is infinitely old: a rule that asks for more than some seconds finds it too.
    func show(_ index: RevocationIndex, _ feeds: [RevocationFeed]) {
        collect("gatehouse_feed_age_seconds", "How old the news of the issuer's revocations is.") {
            feeds.map { feed in
                let age = index.ageSeconds(of: feed.issuer).map { Double($0) } ?? .infinity
                return Sample([("issuer", feed.issuer)], age)
            }
        }
        collect("gatehouse_revocation_lag_seconds", "From the moment of the last revocation to its being known here.") {
            feeds.compactMap { feed in feed.lagSeconds.map { Sample([("issuer", feed.issuer)], Double($0)) } }
        }
        collectCounter("gatehouse_revocations_received_total", "Revocations of the issuer that were entered.") {
            feeds.map { Sample([("issuer", $0.issuer)], Double($0.eventsApplied)) }
        }
    }

    func show(_ cache: VerifiedTokenCache<AccessTokenClaims>) {
        collectCounter("gatehouse_token_cache_hits_total", "Tokens whose signature was known to be good.") {
            [Sample([], Double(cache.lookups.hits))]
        }
        collectCounter("gatehouse_token_cache_misses_total", "Tokens whose signature had to be verified.") {
            [Sample([], Double(cache.lookups.misses))]
        }
    }
}
