import ResourceServerKit
import ServiceKit
import TestKit
import Testing

@testable import Gateway

@Suite("Settings of the gateway")
struct SettingsTests {
    @Test func `the file that operators edit is complete`() async throws {
        let file = House.composeFile("settings/gateway.yaml")
        let settings = try Settings(reading: await SettingsReader.of(environment: ["GATEHOUSE_SETTINGS_FILE": file]))
        #expect(settings.provider.issuer == House.issuer)
        #expect(settings.orders.address == House.ordersAddress)
        #expect(settings.users.audience == House.users)
        #expect(settings.requestBytesMax == 1_048_576)
        #expect(settings.upstreamTimeoutSeconds == 10)
    }

    @Test(arguments: [
        ("users.audience", House.orders), ("orders.address", "http://localhost:8442"),
        ("limits.requestBytesMax", "1048577"),
        ("limits.requestBytesMax", "1 MiB"), ("limits.upstreamTimeoutSeconds", "0"), ("trust.provider.issuer", ""),
    ])
    func `a setting that is wrong or contradicts another stops the start and is named`(key: String, value: String)
        throws
    {
        var values = GatewayUnderTest.settings
        _ = try Settings(reading: SettingsReader(values: values))
        values[key] = value
        let error = #expect(throws: SettingsError.self) { try Settings(reading: SettingsReader(values: values)) }
        #expect(error?.key == key)
    }
}
