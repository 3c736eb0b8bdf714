import ResourceServerKit
import ServiceKit
import TestKit
import Testing

@testable import Orders

@Suite("Settings of orders-api")
struct SettingsTests {
    @Test func `the file that operators edit is complete`() async throws {
        let file = House.composeFile("settings/orders-api.yaml")
        let settings = try Settings(reading: await SettingsReader.of(environment: ["GATEHOUSE_SETTINGS_FILE": file]))
        #expect(settings.access.audience == House.orders)
        #expect(settings.access.address == House.ordersAddress)
        #expect(settings.access.provider.issuer == House.issuer)
        #expect(settings.users.upstream.address == House.usersAddress)
        #expect(settings.upstreamTimeoutSeconds == 3)
    }

    @Test(arguments: [
        ("trust.exchange.issuer", House.issuer), ("users.audience", House.orders),
        ("users.address", "http://localhost:8444"),
        ("trust.provider.keySet", ""), ("limits.upstreamTimeoutSeconds", "0"), ("limits.upstreamTimeoutSeconds", "3 s"),
        ("database.file", ""),
    ])
    func `a setting that is wrong or contradicts another stops the start and is named`(key: String, value: String)
        throws
    {
        var values = OrdersUnderTest.settings("/tmp")
        _ = try Settings(reading: SettingsReader(values: values))
        values[key] = value
        let error = #expect(throws: SettingsError.self) { try Settings(reading: SettingsReader(values: values)) }
        #expect(error?.key == key)
    }
}
