import ResourceServerKit
import ServiceKit
import TestKit
import Testing

@Suite("Settings that every API has in common")
struct SettingsTests {
    private static let settings = House.apiSettings.merging(
        [
            "audience": House.orders, "address": House.ordersAddress, "users.address": House.usersAddress,
            "users.audience": House.users,
        ]
    ) { $1 }

    private func read(_ changes: [String: String] = [:]) throws -> (AccessSettings, OnBehalfOfSettings) {
        let settings = SettingsReader(values: Self.settings.merging(changes) { $1 })
        let access = try AccessSettings(reading: settings)
        return (access, try OnBehalfOfSettings(reading: settings, "users", ownAudience: access.audience))
    }

    @Test func `complete ones are read`() throws {
        let (access, users) = try read()
        #expect(access.audience == House.orders)
        #expect(access.address == House.ordersAddress)
        #expect(access.exchange.issuer == House.exchangeIssuer)
        #expect(users.upstream.address == House.usersAddress)
    }

    @Test(arguments: settings.keys.sorted())
    func `each is required, and https`(key: String) {
        for value in ["", "http://localhost:8440"] {
            let error = #expect(throws: SettingsError.self) { try read([key: value]) }
            #expect(error?.key == key)
        }
    }

    @Test func `a user's own token must not pass for an exchanged one`() {
        let error = #expect(throws: SettingsError.self) { try read(["trust.exchange.issuer": House.issuer]) }
        #expect(error?.key == "trust.exchange.issuer")
    }

    @Test func `a token for one service must not open the other`() {
        let error = #expect(throws: SettingsError.self) { try read(["users.audience": House.orders]) }
        #expect(error?.key == "users.audience")
    }

    @Test(arguments: [
        ("revocations.delivery", "push"), ("revocations.delivery", "poll"), ("revocations.staleSeconds", "30"),
        ("revocations.staleSeconds", "600"),
    ])
    func `how revocations are heard can be chosen`(key: String, value: String) throws { _ = try read([key: value]) }

    @Test(arguments: [
        ("revocations.delivery", "carrier pigeon"), ("revocations.staleSeconds", "29"),
        ("revocations.staleSeconds", "601"), ("revocations.staleSeconds", "1 min"),
    ])
    func `but not everything`(key: String, value: String) {
        let error = #expect(throws: SettingsError.self) { try read([key: value]) }
        #expect(error?.key == key)
    }
}
