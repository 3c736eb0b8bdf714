import ResourceServerKit
import Telemetry
import TestKit
import Testing
import TokenClient
import Tokens

@testable import ServiceKit

@Suite("What a resource server shows of its news")
struct MetricsTests {
    private let house: TestHouse
    private let access: AccessRules
    private let registry: PrometheusRegistry

    init() throws {
        house = try TestHouse()
        let runtime = Runtime.test(name: "orders-api", clock: house.clock)
        let values = ["audience": House.orders, "address": House.ordersAddress]
        let settings = SettingsReader(values: House.apiSettings.merging(values) { $1 })
        access = AccessRules(try AccessSettings(reading: settings), runtime, sender: house.network)
        registry = runtime.metrics
    }

    private var lines: Set<String> {
        Set(registry.text().split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
    }

    @Test func `an issuer that was never heard is infinitely old, a key set that was never fetched is not shown`() {
        let cache = ["gatehouse_token_cache_hits_total 0", "gatehouse_token_cache_misses_total 0"]
        let feeds = [House.issuer, House.exchangeIssuer].flatMap { issuer in
            [
                #"gatehouse_feed_age_seconds{issuer="\#(issuer)"} +Inf"#,
                #"gatehouse_revocations_received_total{issuer="\#(issuer)"} 0"#,
            ]
        }
        #expect(lines == Set(cache + feeds))
    }

    @Test func `ages grow with the clock, and a revocation shows how late it came`() async throws {
        try await access.keys.warmUp()
        try house.providerFeed.revoke(.session("before we listened"))
        house.clock.advance(bySeconds: 60)
        await access.revocations.catchUp()
        #expect(!lines.contains { $0.hasPrefix("gatehouse_revocation_lag_seconds") })
        try house.providerFeed.revoke(.subject("user-alice"), at: house.clock.now())
        house.clock.advance(bySeconds: 3)
        await access.revocations.catchUp()
        house.clock.advance(bySeconds: 7)
        for line in [
            #"gatehouse_feed_age_seconds{issuer="\#(House.issuer)"} 7"#,
            #"gatehouse_revocation_lag_seconds{issuer="\#(House.issuer)"} 3"#,
            #"gatehouse_revocations_received_total{issuer="\#(House.issuer)"} 2"#,
            #"gatehouse_key_set_age_seconds{issuer="\#(House.issuer)"} 70"#,
            #"gatehouse_key_set_age_seconds{issuer="\#(House.exchangeIssuer)"} 70"#,
        ] {
            #expect(lines.contains(line), "\(lines)")
        }
    }
}
